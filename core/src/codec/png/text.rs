//! Texts of PNG files (PNG section 11.3.3): the XMP packet, and who made the image.

use std::borrow::Cow;

use edgepix_png::{Chunk, Chunks, inflate};

use crate::metadata::Credit;

/// The keyword of the XMP packet (ISO 16684-3 section 5).
const XMP: &[u8] = b"XML:com.adobe.xmp";
const AUTHOR: &[u8] = b"Author";
const COPYRIGHT: &[u8] = b"Copyright";

/// A text that is longer than this when it is decompressed is left out: while that grows, it has less memory than any job
/// plans for.
const MOST_BYTES: usize = 256 << 10;

/// Texts with one keyword that are decompressed in search of one that can be read: a file may hold thousands, each of them
/// short, and each long when it is decompressed.
const MOST_TRIED: usize = 4;

/// The XMP packet.
pub(super) fn xmp(file: &[u8]) -> Option<Cow<'_, [u8]>> {
    texts(file).find(|text| text.keyword == XMP)?.bytes()
}

/// The texts with the keywords Author and Copyright.
pub(super) fn credit(file: &[u8]) -> Credit {
    let text = |keyword| {
        let of_keyword = texts(file).filter(|text| text.keyword == keyword);
        of_keyword.take(MOST_TRIED).find_map(|text| text.string())
    };
    Credit { artist: text(AUTHOR), notice: text(COPYRIGHT) }
}

struct Text<'a> {
    keyword: &'a [u8],
    data: &'a [u8],
    is_compressed: bool,
    /// Else Latin-1.
    is_utf8: bool,
}

fn texts(file: &[u8]) -> impl Iterator<Item = Text<'_>> {
    Chunks::new(file).filter(|chunk| chunk.is_complete).filter_map(|chunk| Text::read(&chunk))
}

impl<'a> Text<'a> {
    fn read(chunk: &Chunk<'a>) -> Option<Self> {
        let (keyword, rest) = split(chunk.data)?;
        let latin = |data, is_compressed| Some(Self { keyword, data, is_compressed, is_utf8: false });
        match &chunk.kind {
            b"tEXt" => latin(rest, false),
            // A byte names the method, of which there is one.
            b"zTXt" => latin(rest.get(1..)?, true),
            b"iTXt" => {
                let (&[compressed, _method], rest) = rest.split_first_chunk::<2>()?;
                let (_language, rest) = split(rest)?;
                let (_keyword_in_that_language, data) = split(rest)?;
                Some(Self { keyword, data, is_compressed: compressed == 1, is_utf8: true })
            }
            _ => None,
        }
    }

    fn bytes(&self) -> Option<Cow<'a, [u8]>> {
        if !self.is_compressed {
            return Some(Cow::Borrowed(self.data));
        }
        inflate(self.data, MOST_BYTES).ok().and_then(|(bytes, is_all)| is_all.then_some(Cow::Owned(bytes)))
    }

    /// `None` where it is empty or cannot be read.
    fn string(&self) -> Option<String> {
        let bytes = self.bytes()?;
        let text = if self.is_utf8 {
            String::from_utf8(bytes.into_owned()).ok()?
        } else {
            bytes.iter().map(|&byte| char::from(byte)).collect()
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// What stands before the first NUL, and what stands behind it.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|&byte| byte == 0)?;
    Some((&data[..end], &data[end + 1..]))
}
