//! Cookies of a request, read from the raw header.
//!
//! A browser protects a cookie by its name: only this host, over TLS, sets one whose name begins with `__Host-` (RFC
//! 6265bis, 4.1.3.2). A parser that decodes names gives that up, since a sibling host or a page over plain HTTP may set
//! `%5F%5FHost-session`. So a name is compared byte by byte, without decoding, unquoting, or a change of case. Two
//! cookies of one name are none: a browser that keeps the rule has one of them, and nothing says which of two is the
//! owner's. What other cookies contain does not matter, so no other host of the domain can end the login of a browser.
//!
//! Left out: quoted and encoded values. Those that the portal sets need neither.

use actix_web::http::header::{COOKIE, HeaderMap};

/// The value of the only cookie of this name.
#[must_use]
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = values(headers, name);
    let only = values.next()?;
    if values.next().is_some() { None } else { std::str::from_utf8(only).ok() }
}

/// Whether a cookie of this name was sent, readable or not.
#[must_use]
pub fn is_sent(headers: &HeaderMap, name: &str) -> bool {
    values(headers, name).next().is_some()
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a [u8]> {
    let pairs = headers.get_all(COOKIE).flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(move |pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const NAME: &str = "__Host-session";

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    #[test]
    fn a15_a_cookie_is_of_a_name_where_its_bytes_are_that_name() {
        for planted in [
            "%5F%5FHost-session=b",
            "%5F%5FHost%2Dsession=b",
            "__Host%2dsession=b",
            "__host-session=b",
            "__HOST-SESSION=b",
            "\"__Host-session\"=b",
            "__Host-session =b",
            "\u{2000}__Host-session=b",
            "\u{a0}__Host-session=b",
            "x__Host-session=b",
            "__Host-session2=b",
            "__Host-session",
            "=__Host-session=b",
            "$Version=1, __Host-session=b",
            "x=\"__Host-session=b",
        ] {
            let alone = headers(&[planted.as_bytes()]);
            assert_eq!((value(&alone, NAME), is_sent(&alone, NAME)), (None, false), "{planted}");
            for jar in [format!("{planted}; __Host-session=a"), format!("__Host-session=a; {planted}")] {
                assert_eq!(value(&headers(&[jar.as_bytes()]), NAME), Some("a"), "{jar}");
            }
            let lines = headers(&[planted.as_bytes(), b"__Host-session=a"]);
            assert_eq!(value(&lines, NAME), Some("a"), "{planted}");
        }
    }

    #[test]
    fn a15_other_cookies_do_not_matter() {
        for line in [
            &b"__Host-session=a"[..],
            b"__Host-session=a;",
            b";; ;__Host-session=a ; x=1",
            b"foo;__Host-session=a",
            b"=x;\t__Host-session=a\t;y",
            b"x=%ff; __Host-session=a",
            b"x=\xff; __Host-session=a; \xff\xfe",
            b"\xc3; __Host-session=a",
        ] {
            let found = headers(&[line]);
            assert_eq!(value(&found, NAME), Some("a"), "{}", String::from_utf8_lossy(line));
        }
        assert_eq!(value(&headers(&[b"__Host-session=%61=b"]), NAME), Some("%61=b"), "as it was sent");
        assert_eq!(value(&headers(&[b"__Host-session="]), NAME), Some(""));
    }

    #[test]
    fn a15_two_cookies_of_one_name_are_none() {
        let refused: [&[&[u8]]; 5] = [
            &[b"__Host-session=a; __Host-session=b"],
            &[b"__Host-session=a; x=1; __Host-session=a"],
            &[b"__Host-session=a", b"__Host-session=b"],
            &[b"__Host-session=\xff; __Host-session=a"],
            &[b"__Host-session=\xff"],
        ];
        for lines in refused {
            let found = headers(lines);
            assert_eq!((value(&found, NAME), is_sent(&found, NAME)), (None, true));
        }
        let none = headers(&[]);
        assert_eq!((value(&none, NAME), is_sent(&none, NAME)), (None, false));
    }
}
