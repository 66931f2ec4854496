//! Links to write to people and to call them.

/// The link that begins a mail; empty without an address. What an address may have and a link reads as a parameter is
/// encoded.
pub(super) fn mail(address: &str) -> String {
    let encoded = |part: &str| url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>();
    address
        .rsplit_once('@')
        .map_or_else(String::new, |(local, host)| format!("mailto:{}@{}", encoded(local), encoded(host)))
}

/// The link that calls a telephone; empty without a number.
pub(super) fn telephone(number: &str) -> String {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    if digits.is_empty() { digits } else { format!("tel:{digits}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_the_address_and_nothing_more() {
        assert_eq!(mail("awa.diop@douane.sn"), "mailto:awa.diop@douane.sn");
        assert_eq!(mail("a?bcc=x@douane.sn"), "mailto:a%3Fbcc%3Dx@douane.sn");
        assert_eq!((mail(""), telephone("")), (String::new(), String::new()));
        assert_eq!(telephone("+221 33 839-00"), "tel:+2213383900");
    }
}
