//! XMP packets (ISO 16684-1), as the text that they are: a few properties are read and set, wherever they stand.
//!
//! A packet is XML, in which a property is an attribute or an element. Prefixes are taken to be the usual ones, as every
//! program writes them.

use super::{Credit, Description};

/// The packet as it describes the result: upright, of its size, in its colour space, without thumbnails and without the
/// room for changes that it ends with. `None` where it is not UTF-8.
pub(super) fn describing(packet: &[u8], result: &Description) -> Option<Vec<u8>> {
    let mut text = std::str::from_utf8(packet).ok()?.to_owned();
    let (width, height) = (result.width.to_string(), result.height.to_string());
    for (name, value) in [
        ("tiff:Orientation", "1"),
        ("tiff:ImageWidth", &width),
        ("tiff:ImageLength", &height),
        ("exif:PixelXDimension", &width),
        ("exif:PixelYDimension", &height),
    ] {
        set(&mut text, name, value);
    }
    if result.is_srgb {
        set(&mut text, "exif:ColorSpace", "1");
    }
    for name in ["xmp:Thumbnails", "xap:Thumbnails"] {
        remove_element(&mut text, name);
    }
    if let Some(end) = text.rfind("<?xpacket end") {
        let kept = text[..end].trim_end().len();
        text.replace_range(kept..end, "\n");
    }
    Some(text.into_bytes())
}

/// Creator and copyright notice: `dc:creator` and `dc:rights`.
pub(super) fn credit(packet: &[u8]) -> Credit {
    let Ok(text) = std::str::from_utf8(packet) else { return Credit::default() };
    let property = |name: &str| {
        let value = match element(text, name) {
            Some(content) => items(content),
            None => attribute(text, name).map(unescaped).unwrap_or_default(),
        };
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    Credit { artist: property("dc:creator"), notice: property("dc:rights") }
}

/// The extended packet's unique name, where the main packet says that there is one (ISO 16684-3 section 6.1).
#[cfg(feature = "jpeg")]
pub(crate) fn extension(packet: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(packet).ok()?;
    attribute(text, EXTENSION).or_else(|| element(text, EXTENSION)).map(str::trim)
}

/// One packet of a main one and its extension: descriptions of the latter join those of the former.
#[cfg(feature = "jpeg")]
pub(crate) fn joined(main: &[u8], extension: &[u8]) -> Option<Vec<u8>> {
    let (mut text, extension) =
        (std::str::from_utf8(main).ok()?.to_owned(), std::str::from_utf8(extension).ok()?);
    let end = text.rfind("</rdf:RDF>")?;
    text.insert_str(end, element(extension, "rdf:RDF")?);
    while let Some(at) = attribute_place(&text, EXTENSION) {
        text.replace_range(at, "");
    }
    remove_element(&mut text, EXTENSION);
    Some(text.into_bytes())
}

#[cfg(feature = "jpeg")]
const EXTENSION: &str = "xmpNote:HasExtendedXMP";

/// Sets a property that stands there with a plain value.
fn set(text: &mut String, name: &str, value: &str) {
    if let Some(at) = attribute_value(text, name) {
        text.replace_range(at, value);
    }
    if let Some(at) = element_content(text, name).filter(|at| !text[at.clone()].contains('<')) {
        text.replace_range(at, value);
    }
}

type Place = std::ops::Range<usize>;

/// Where the value of an attribute stands, between its quotes.
fn attribute_value(text: &str, name: &str) -> Option<Place> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(name)?;
        from = at + name.len();
        if !text[..at].ends_with(|before: char| before.is_ascii_whitespace()) {
            continue;
        }
        let Some(value) = text[from..].trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
            continue;
        };
        let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
        let start = text.len() - value.len() + 1;
        return Some(start..start + text[start..].find(quote)?);
    }
}

/// Where a whole attribute stands, with the space before it.
#[cfg(feature = "jpeg")]
fn attribute_place(text: &str, name: &str) -> Option<Place> {
    let value = attribute_value(text, name)?;
    let start = text[..value.start].rfind(name)?;
    Some(text[..start].trim_ascii_end().len()..value.end + 1)
}

/// Where the content of an element stands.
fn element_content(text: &str, name: &str) -> Option<Place> {
    let mut from = 0;
    loop {
        let start = from + find_tag(&text[from..], "<", name)?;
        let open_end = start + text[start..].find('>')?;
        from = open_end + 1;
        if !text[..open_end].ends_with('/') {
            let end = from + find_tag(&text[from..], "</", name)?;
            return Some(from..end);
        }
    }
}

/// Where a tag of this very name begins.
fn find_tag(text: &str, opening: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(opening)?;
        from = at + opening.len();
        let rest = text[from..].strip_prefix(name);
        if rest.is_some_and(|rest| {
            rest.starts_with(|next: char| next.is_ascii_whitespace() || matches!(next, '>' | '/'))
        }) {
            return Some(at);
        }
    }
}

fn attribute<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    attribute_value(text, name).map(|at| &text[at])
}

fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    element_content(text, name).map(|at| &text[at])
}

fn remove_element(text: &mut String, name: &str) {
    if let Some(content) = element_content(text, name)
        && let Some(start) = text[..content.start].rfind(&format!("<{name}"))
        && let Some(end) = text[content.end..].find('>')
    {
        text.replace_range(start..content.end + end + 1, "");
    }
}

/// The values of a list, of which alternatives of languages give the default one; or the content itself.
fn items(content: &str) -> String {
    if let Some(default) = content.find("x-default") {
        let value = content[default..].split_once('>').map_or("", |(_, rest)| rest);
        return unescaped(value.split('<').next().unwrap_or_default());
    }
    let mut values = Vec::new();
    let mut rest = content;
    while let Some(at) = element_content(rest, "rdf:li") {
        values.push(unescaped(rest[at.clone()].trim()));
        rest = &rest[at.end..];
    }
    if values.is_empty() {
        unescaped(content.split('<').next().unwrap_or_default())
    } else {
        values.join("; ")
    }
}

/// The text that stands behind XML's references to characters.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').unwrap_or(("", part));
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        match (name, number.and_then(char::from_u32)) {
            ("amp", _) => plain.push('&'),
            ("lt", _) => plain.push('<'),
            ("gt", _) => plain.push('>'),
            ("quot", _) => plain.push('"'),
            ("apos", _) => plain.push('\''),
            (_, Some(character)) => plain.push(character),
            _ => plain.push_str(name),
        }
        plain.push_str(rest);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: Description = Description { width: 80, height: 60, is_srgb: true };

    fn described(packet: &str) -> String {
        String::from_utf8(describing(packet.as_bytes(), &RESULT).unwrap()).unwrap()
    }

    #[test]
    fn attributes_and_elements_are_set_and_thumbnails_go() {
        assert_eq!(
            described(
                "<?xpacket begin=''?><rdf:Description tiff:Orientation=\"6\" tiff:ImageWidth = '4000' exif:ColorSpace=\"65535\">\
                 <exif:PixelYDimension>3000</exif:PixelYDimension><xmp:Thumbnails><rdf:Alt><rdf:li>/9j/</rdf:li>\
                 </rdf:Alt></xmp:Thumbnails><dc:title>tiff:Orientation</dc:title></rdf:Description>   \n  \n<?xpacket end='w'?>"
            ),
            "<?xpacket begin=''?><rdf:Description tiff:Orientation=\"1\" tiff:ImageWidth = '80' exif:ColorSpace=\"1\">\
             <exif:PixelYDimension>60</exif:PixelYDimension><dc:title>tiff:Orientation</dc:title></rdf:Description>\n\
             <?xpacket end='w'?>"
        );
    }

    #[test]
    fn a_credit_is_found_in_every_form() {
        for (packet, artist, notice) in [
            (
                "<dc:rights><rdf:Alt><rdf:li xml:lang=\"de\">nein</rdf:li><rdf:li xml:lang=\"x-default\">A &amp; B &#169; \
                 &lt;2026></rdf:li></rdf:Alt></dc:rights>",
                None,
                Some("A & B © <2026>"),
            ),
            (
                "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Eve</rdf:li></rdf:Seq></dc:creator>",
                Some("Ada; Eve"),
                None,
            ),
            ("<rdf:Description dc:rights='all of them' dc:creator=\"\"/>", None, Some("all of them")),
            ("<dc:rights> plain </dc:rights><dc:creator/>", None, Some("plain")),
            ("<dc:rightsOf>no</dc:rightsOf>", None, None),
        ] {
            let found = credit(packet.as_bytes());
            assert_eq!((found.artist.as_deref(), found.notice.as_deref()), (artist, notice), "{packet}");
        }
    }

    #[test]
    fn text_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
        let packet = "<rdf:Description tiff:Orientation=\"6\"><xmp:Thumbnails>x</xmp:Thumbnails><dc:rights><rdf:Alt>\
                      <rdf:li xml:lang=\"x-default\">©&#x41;</rdf:li></rdf:Alt></dc:rights></rdf:Description>";
        for cut in 0..packet.len() {
            credit(&packet.as_bytes()[..cut]);
            describing(&packet.as_bytes()[..cut], &RESULT);
        }
        assert_eq!(describing(&[0xff, 0xfe], &RESULT), None);
    }

    #[cfg(feature = "jpeg")]
    #[test]
    fn an_extension_joins_its_main_packet() {
        let main = "<rdf:RDF><rdf:Description xmpNote:HasExtendedXMP=\"ABC\" a:b=\"1\"/></rdf:RDF>";
        let more = "<x:xmpmeta><rdf:RDF xmlns:rdf=\"r\"><rdf:Description c:d=\"2\"/></rdf:RDF></x:xmpmeta>";
        assert_eq!(extension(main.as_bytes()), Some("ABC"));
        assert_eq!(
            joined(main.as_bytes(), more.as_bytes()).unwrap(),
            b"<rdf:RDF><rdf:Description a:b=\"1\"/><rdf:Description c:d=\"2\"/></rdf:RDF>"
        );
    }
}
