//! What an organisation is called, for what nobody looks at again: without a typing error, and without a doubt.

use super::Names;
use super::spelling::Spelling;

impl Names {
    /// The code of the one organisation whose code or name this is, in any spelling. None where it is nobody's, or several
    /// have it. Hidden ones are not among them.
    #[must_use]
    pub fn called(&self, text: &str) -> Option<&str> {
        let (typed, code) = (Spelling::of(text), text.trim().to_ascii_lowercase());
        let open = || self.0.iter().filter(|known| !known.hidden);
        if let Some(known) = open().find(|known| known.code_word == code) {
            return Some(&known.code);
        }
        let mut called = open().filter(|known| known.names.iter().any(|name| typed.is_same(&name.spelling)));
        called.next().filter(|_| called.next().is_none()).map(|known| known.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::members::reference;

    #[test]
    fn what_is_called_so_is_one_and_without_an_error() {
        let names = Names::new(reference::named());
        for (text, code) in [
            ("sn", Some("SN")),
            ("SÉNÉGAL", Some("SN")),
            ("Cote d'Ivoire", Some("CI")),
            ("Кения", Some("KE")),
            ("Niger", Some("NE")),
            ("Nigeri", None),
            ("", None),
        ] {
            assert_eq!(names.called(text), code, "{text}");
        }
    }
}
