//! Texts of PNG files (PNG section 11.3.3): the XMP packet, and who made the image.

use std::borrow::Cow;

use edgepix_png::Chunks;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use crate::metadata::Credit;

/// The keyword of the chunk that holds the XMP packet (ISO 16684-3 section 5).
const XMP: &str = "XML:com.adobe.xmp";

/// A text that is longer than this when it is decompressed is left out.
const MOST_BYTES: usize = 1 << 20;

/// The XMP packet, decompressed where it is compressed.
pub(super) fn xmp(file: &[u8]) -> Option<Cow<'_, [u8]>> {
    Chunks::new(file).filter(|chunk| chunk.kind == *b"iTXt" && chunk.is_complete).find_map(|chunk| {
        let (keyword, text) = international(chunk.data)?;
        (keyword == XMP.as_bytes()).then_some(text)?
    })
}

/// The texts with the keywords Author and Copyright.
pub(super) fn credit(file: &[u8]) -> Credit {
    let mut credit = Credit::default();
    for chunk in Chunks::new(file).filter(|chunk| chunk.is_complete) {
        let split = || split(chunk.data);
        let latin = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
        let found = match &chunk.kind {
            b"tEXt" => split().map(|(keyword, text)| (keyword, Some(latin(text)))),
            b"zTXt" => split().map(|(keyword, rest)| {
                (keyword, wanted(keyword).and_then(|()| inflated(rest.get(1..)?)).map(|text| latin(&text)))
            }),
            b"iTXt" => {
                split().and_then(|(keyword, _)| wanted(keyword)).and_then(|()| international(chunk.data)).map(
                    |(keyword, text)| (keyword, text.map(|text| String::from_utf8_lossy(&text).into_owned())),
                )
            }
            _ => None,
        };
        let Some((keyword, text)) = found else { continue };
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        credit = credit.or(match keyword {
            AUTHOR => Credit { artist: text, notice: None },
            COPYRIGHT => Credit { artist: None, notice: text },
            _ => Credit::default(),
        });
    }
    credit
}

const AUTHOR: &[u8] = b"Author";
const COPYRIGHT: &[u8] = b"Copyright";

/// Whether a keyword is one of a credit: others need not be decompressed.
fn wanted(keyword: &[u8]) -> Option<()> {
    matches!(keyword, AUTHOR | COPYRIGHT).then_some(())
}

/// The keyword and what stands behind its NUL.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().take(80).position(|&byte| byte == 0)?;
    Some((&data[..end], &data[end + 1..]))
}

/// The keyword of an `iTXt` chunk and its text, if that can be decompressed.
fn international(data: &[u8]) -> Option<(&[u8], Option<Cow<'_, [u8]>>)> {
    let (keyword, rest) = split(data)?;
    let (&[is_compressed, _method], rest) = rest.split_first_chunk::<2>()?;
    // A language, the keyword in that language, the text.
    let text = rest.splitn(3, |&byte| byte == 0).nth(2)?;
    let text = if is_compressed == 0 { Some(Cow::Borrowed(text)) } else { inflated(text).map(Cow::Owned) };
    Some((keyword, text))
}

fn inflated(stream: &[u8]) -> Option<Vec<u8>> {
    decompress_to_vec_zlib_with_limit(stream, MOST_BYTES).ok()
}
