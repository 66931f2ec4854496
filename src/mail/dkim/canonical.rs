//! The relaxed form of headers and bodies (RFC 6376, 3.4.2 and 3.4.4).

/// A header as it is in a mail.
pub(super) struct Header<'a> {
    pub(super) name: &'a str,
    value: &'a [u8],
}

impl<'a> Header<'a> {
    /// Parses `Name: value`, folded or not, without its line end.
    pub(super) fn read(line: &'a [u8]) -> Self {
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at(colon);
        Self { name: std::str::from_utf8(name).unwrap_or_default().trim(), value: value.get(1..).unwrap_or_default() }
    }

    /// Name in lower case, value on one line with single blanks.
    pub(super) fn relaxed(&self) -> Vec<u8> {
        let mut relaxed = self.name.to_ascii_lowercase().into_bytes();
        relaxed.push(b':');
        let mut words = self.value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        if let Some(first) = words.next() {
            relaxed.extend_from_slice(first);
        }
        for word in words {
            relaxed.push(b' ');
            relaxed.extend_from_slice(word);
        }
        relaxed
    }
}

/// Splits a mail into its headers and its body.
pub(super) fn split(mail: &[u8]) -> (Vec<Header<'_>>, &[u8]) {
    let end = mail.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(mail.len());
    let (head, rest) = mail.split_at(end);
    let mut headers = Vec::new();
    let mut start = 0;
    for (at, window) in head.windows(3).enumerate() {
        if let [b'\r', b'\n', next] = window
            && !matches!(next, b' ' | b'\t')
        {
            headers.push(Header::read(head.get(start..at).unwrap_or_default()));
            start = at + 2;
        }
    }
    headers.push(Header::read(head.get(start..).unwrap_or_default()));
    (headers, rest.get(4..).unwrap_or_default())
}

/// A body without blanks at the ends of lines, single blanks within them, no empty lines at its end.
pub(super) fn body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len() + 2);
    let mut empty_lines = 0_usize;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
        if end == 0 {
            empty_lines += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty_lines) {
            relaxed.extend_from_slice(b"\r\n");
        }
        let mut was_blank = false;
        for &byte in line.get(..end).unwrap_or_default() {
            let is_blank = matches!(byte, b' ' | b'\t');
            if !is_blank {
                relaxed.push(byte);
            } else if !was_blank {
                relaxed.push(b' ');
            }
            was_blank = is_blank;
        }
        relaxed.extend_from_slice(b"\r\n");
    }
    relaxed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6376, 3.4.5.
    #[test]
    fn the_example_of_the_standard_comes_out() {
        let mail = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (headers, rest) = split(mail);
        let relaxed: Vec<Vec<u8>> = headers.iter().map(Header::relaxed).collect();
        assert_eq!(relaxed, [b"a:X".to_vec(), b"b:Y Z".to_vec()]);
        assert_eq!(body(rest), b" C\r\nD E\r\n");
    }

    #[test]
    fn an_empty_body_stays_empty() {
        assert!(body(b"").is_empty());
        assert!(body(b"\r\n\r\n").is_empty());
        assert_eq!(body(b"x"), b"x\r\n");
        assert_eq!(body(b"a\r\n\r\nb\r\n"), b"a\r\n\r\nb\r\n");
    }
}
