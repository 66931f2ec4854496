//! Searches a text for an address, but not within a longer one: `e@customs.example` is no part of
//! `kwame@customs.example`.

/// Whether a text contains an address as a whole: with no letter, digit or mark before it that makes another local
/// part, and none after it that makes another domain. Both are in lower case (`EmailAddress::key`).
#[must_use]
pub fn names_address(text: &str, address: &str) -> bool {
    let pieces = || text.split(address);
    !address.is_empty()
        && pieces().zip(pieces().skip(1)).any(|(before, behind)| !goes_on_before(before) && !goes_on_behind(behind))
}

/// Whether the text before an address belongs to its local part. Marks that are used as quotation marks or separators
/// as well, such as the apostrophe, belong to it only after a letter or digit; `=`, `/`, `?`, `&`, `|` and `*` never
/// do.
fn goes_on_before(before: &str) -> bool {
    let rest = before.trim_end_matches(['\'', '!', '#', '$', '%', '^', '~', '{', '}']);
    let ends = |signs: &[char]| rest.ends_with(|c: char| c.is_alphanumeric() || signs.contains(&c));
    if rest.len() == before.len() { ends(&['.', '_', '-', '+']) } else { ends(&[]) }
}

/// Whether the text after an address belongs to its domain. A full stop at the end of a sentence does not.
fn goes_on_behind(behind: &str) -> bool {
    behind.trim_start_matches(['.', '-']).starts_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_named_as_a_whole_alone() {
        let address = "e@customs.example";
        for text in [
            "e@customs.example",
            "<e@customs.example>",
            "Write to e@customs.example.",
            "rfc822;e@customs.example\r\n",
            "\"email\":\"e@customs.example\"",
            "'e@customs.example'",
            "to=e@customs.example&x",
            "kwame@customs.example, e@customs.example",
        ] {
            assert!(names_address(text, address), "{text}");
        }
        for text in [
            "kwame@customs.example",
            "awa.e@customs.example",
            "awa+e@customs.example",
            "d'e@customs.example",
            "\u{e9}e@customs.example",
            "e@customs.example.org",
            "e@customs.examples",
            "e@customs.example-two.org",
            "e@elsewhere.example",
            "",
        ] {
            assert!(!names_address(text, address), "{text}");
        }
        assert!(!names_address("anything", ""));
    }
}
