//! Options that bytes choose, written as a query.

/// Bytes that choose them.
pub(crate) const CHOICES: usize = 12;

/// Options of every kind, each by a byte of its own, so that a fuzzer may change one alone. Most of them may be absent: 0 stands
/// for that, so that few changes lead to simple requests.
pub(crate) fn query(choices: [u8; CHOICES]) -> String {
    let [format, quality, effort, metadata, frame, width, height, dpr, fit, gravity, crop, turn] = choices;
    let any = |of: &[&str], choice: u8| of[usize::from(choice) % of.len()].to_owned();
    let mut pairs = vec![any(
        &["format=png", "format=jpeg", "format=webp", "format=gif", "format=webp&lossless=1"],
        format,
    )];
    if quality > 0 && !pairs[0].contains("lossless") {
        pairs.push(format!("q={}", quality % 100 + 1));
    }
    pairs.push(any(&["effort=balanced", "effort=fast", "effort=small"], effort));
    pairs.push(any(&["metadata=none", "metadata=all", "metadata=copyright"], metadata));
    pairs.push(any(&["profile=srgb", "profile=keep"], metadata / 3));
    if frame > 0 {
        pairs.push(format!("frame={}", frame - 1));
    }
    if width > 0 {
        pairs.push(format!("w={width}"));
    }
    if height > 0 {
        pairs.push(format!("h={height}"));
    }
    pairs.push(format!("enlarge={}", dpr & 1));
    if dpr > 1 {
        // 1 … 2.98 in hundredths.
        let hundredths = 100 + u32::from(dpr / 2) * 198 / 127;
        pairs.push(format!("dpr={}.{:02}", hundredths / 100, hundredths % 100));
    }
    pairs.push(any(&["fit=inside", "fit=outside", "fit=cover", "fit=contain", "fit=fill"], fit));
    pairs.push(any(&["bg=fff", "bg=ff800040", "bg=123456", "bg=00000000"], fit / 5));
    pairs.push(if gravity < 128 {
        any(
            &[
                "gravity=center",
                "gravity=north",
                "gravity=northeast",
                "gravity=east",
                "gravity=southeast",
                "gravity=south",
                "gravity=southwest",
                "gravity=west",
                "gravity=northwest",
            ],
            gravity,
        )
    } else {
        format!("gravity=0.{},0.{}", gravity % 10, (gravity / 10) % 10)
    });
    if crop > 0 {
        let (x, y, width, height) = (crop % 7, crop / 7 % 5, crop % 31 + 1, crop / 9 + 1);
        pairs.push(if crop % 2 == 0 {
            format!("crop={x},{y},{width},{height}")
        } else {
            format!("crop={}p,{}p,{width}p,{height}p", x * 9, y * 9)
        });
    }
    pairs.extend(Some(any(&["rotate=90", "rotate=180", "rotate=270"], turn)).filter(|_| turn % 4 > 0));
    pairs.extend(Some(any(&["flip=h", "flip=v", "flip=hv"], turn / 4)).filter(|_| turn / 4 % 4 > 0));
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each byte, and each value of it.
    #[test]
    fn every_choice_is_a_right_query() {
        for place in 0..CHOICES {
            for value in 0..=255 {
                let mut choices = [1; CHOICES];
                choices[place] = value;
                crate::request::transform(&query(choices));
            }
        }
    }
}
