//! Content negotiation: chooses a representation by `Accept` (RFC 9110, 12.5.1).
//!
//! A range may name parameters, as in `text/vcard; version=3.0`; they must match too. Of the matching representations,
//! the one with the highest weight is taken, and among equals the first that is offered. `charset` is ignored:
//! everything is UTF-8.

/// A representation that a route offers.
#[derive(Debug)]
pub struct Offer<T: 'static> {
    /// Its media type, in lower case.
    pub media_type: &'static str,
    /// The parameters that tell it from others of its type.
    pub parameters: &'static [(&'static str, &'static str)],
    /// The value by which the route knows it.
    pub value: T,
}

/// A range of an `Accept` header.
#[derive(Debug)]
struct Range {
    kind: String,
    subtype: String,
    parameters: Vec<(String, String)>,
    weight: f32,
}

/// The best of the offers; the first if the client states no preference, none if it accepts none.
#[must_use]
pub fn choose<'a, T>(accept: Option<&str>, offers: &'a [Offer<T>]) -> Option<&'a T> {
    let ranges: Vec<Range> = accept.unwrap_or_default().split(',').filter_map(parse).collect();
    if ranges.is_empty() {
        return offers.first().map(|offer| &offer.value);
    }
    let mut best: Option<(&T, f32)> = None;
    for offer in offers {
        // The most specific range decides, whatever the weight of others.
        let range = ranges.iter().filter_map(|range| Some((fit(range, offer)?, range.weight)));
        let weight = range.reduce(|a, b| if b.0 > a.0 { b } else { a }).map_or(0.0, |(_, weight)| weight);
        if weight > best.map_or(0.0, |(_, weight)| weight) {
            best = Some((&offer.value, weight));
        }
    }
    best.map(|(value, _)| value)
}

fn parse(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let mut range = Range {
        kind: kind.to_ascii_lowercase(),
        subtype: subtype.to_ascii_lowercase(),
        parameters: Vec::new(),
        weight: 1.0,
    };
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
        match name.as_str() {
            "q" => range.weight = value.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0),
            "charset" => {}
            _ => range.parameters.push((name, value.to_ascii_lowercase())),
        }
    }
    Some(range)
}

/// How specifically a range matches an offer; none if it does not.
fn fit<T>(range: &Range, offer: &Offer<T>) -> Option<usize> {
    let (kind, subtype) = offer.media_type.split_once('/')?;
    let has = |(name, value): &(String, String)| {
        offer.parameters.iter().any(|(known, wanted)| known == name && wanted == value)
    };
    if range.kind == "*" && range.subtype == "*" {
        return Some(0);
    }
    if range.kind != kind {
        return None;
    }
    if range.subtype == "*" {
        return Some(1);
    }
    (range.subtype == subtype && range.parameters.iter().all(has)).then(|| 2 + range.parameters.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OFFERS: &[Offer<&str>] = &[
        Offer { media_type: "application/json", parameters: &[], value: "json" },
        Offer { media_type: "text/csv", parameters: &[], value: "csv" },
        Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: "v4" },
        Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: "v3" },
    ];

    #[test]
    fn the_best_that_fits_is_taken() {
        for (accept, chosen) in [
            ("", Some("json")),
            ("*/*", Some("json")),
            ("application/*", Some("json")),
            ("text/*", Some("csv")),
            ("text/vcard", Some("v4")),
            ("TEXT/vCard; Version=\"3.0\"", Some("v3")),
            ("text/vcard;version=2.1", None),
            ("text/csv; charset=utf-8", Some("csv")),
            ("text/csv;q=0.5, text/vcard;q=0.9", Some("v4")),
            ("text/vcard;q=0.9, text/vcard;version=4.0;q=0.1", Some("v3")),
            ("text/*, text/csv;q=0, text/vcard;q=0", None),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some("json")),
            ("application/json;q=0, */*;q=0.1", Some("csv")),
            ("text/html", None),
            ("text/csv;q=7", None),
            ("nonsense", Some("json")),
        ] {
            assert_eq!(choose(Some(accept), OFFERS), chosen.as_ref(), "{accept}");
        }
        assert_eq!(choose(None, OFFERS), Some(&"json"));
    }

    proptest! {
        #[test]
        fn no_header_breaks_it(accept in ".*") {
            let _ = choose(Some(&accept), OFFERS);
        }
    }
}
