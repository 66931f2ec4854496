//! The SHA-256 of the file of a form, taken while the form arrives: of each part, no more is in memory than a piece.
//!
//! It reads what [`super::parts`] reads, in the same bounds, and keeps nothing but the name and the hash of the file.

use actix_web::web::{Bytes, BytesMut};
use memchr::memmem;

use super::{HEAD_END, LINE_END, MAX_HEAD, MAX_PARTS, Part, part};
use crate::secrets::Fingerprint;

/// What was read of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HashedFile {
    /// Its name; empty where none was chosen.
    pub name: String,
    /// How many bytes it has.
    pub size: usize,
    /// Their SHA-256; of no use where it has more than are hashed.
    pub sha256: Vec<u8>,
}

/// Where in a form the next byte is.
enum Place {
    /// Before the first boundary.
    Start,
    /// After a boundary.
    Boundary,
    /// In the head of a part.
    Head,
    /// In a part that is passed over.
    Other,
    /// In the file.
    File { name: String, size: usize, hash: Fingerprint },
    /// After the last boundary.
    End,
    /// It is no such form.
    Broken,
}

/// A form that arrives.
pub struct HashedForm {
    /// What stands between two parts.
    delimiter: Vec<u8>,
    /// The field of the file.
    field: &'static str,
    /// Most bytes that are hashed.
    most: usize,
    rest: BytesMut,
    place: Place,
    parts: usize,
    file: Option<HashedFile>,
}

impl HashedForm {
    /// A form whose parts stand between such boundaries, with a file in this field, of which `most` bytes are hashed.
    #[must_use]
    pub fn new(boundary: &str, field: &'static str, most: usize) -> Self {
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        Self { delimiter, field, most, rest: BytesMut::new(), place: Place::Start, parts: 0, file: None }
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        if matches!(self.place, Place::End | Place::Broken) {
            return;
        }
        self.rest.extend_from_slice(piece);
        while self.step() {}
    }

    /// The file, once all has arrived: one without a name where no file came. None where it is no such form, or not all of
    /// it.
    #[must_use]
    pub fn finish(self) -> Option<HashedFile> {
        matches!(self.place, Place::End).then(|| self.file.unwrap_or_default())
    }

    /// Goes on as far as the bytes lead; returns whether that was to another place.
    fn step(&mut self) -> bool {
        match self.place {
            Place::Start => self.start(),
            Place::Boundary => self.boundary(),
            Place::Head => self.head(),
            Place::Other | Place::File { .. } => self.content(),
            Place::End | Place::Broken => {
                self.rest.clear();
                false
            }
        }
    }

    fn go(&mut self, place: Place) -> bool {
        self.place = place;
        true
    }

    fn start(&mut self) -> bool {
        let opening = self.delimiter.get(LINE_END.len()..).unwrap_or_default();
        if self.rest.len() < opening.len() {
            return false;
        }
        if !self.rest.starts_with(opening) {
            return self.go(Place::Broken);
        }
        let length = opening.len();
        drop(self.rest.split_to(length));
        self.go(Place::Boundary)
    }

    fn boundary(&mut self) -> bool {
        match self.rest.get(..LINE_END.len()) {
            None => false,
            Some(b"--") => self.go(Place::End),
            Some(LINE_END) if self.parts < MAX_PARTS => self.go(Place::Head),
            Some(_) => self.go(Place::Broken),
        }
    }

    fn head(&mut self) -> bool {
        let searched = self.rest.get(..self.rest.len().min(MAX_HEAD)).unwrap_or_default();
        let Some(end) = memmem::find(searched, HEAD_END) else {
            return self.rest.len() >= MAX_HEAD && self.go(Place::Broken);
        };
        let head = self.rest.split_to(end + HEAD_END.len());
        self.parts += 1;
        let Some(Part { name, file_name, .. }) = part(&head, Bytes::new()) else { return self.go(Place::Broken) };
        let file_name = file_name.filter(|_| name == self.field && self.file.is_none());
        let file = file_name.map(|name| Place::File { name, size: 0, hash: Fingerprint::default() });
        self.go(file.unwrap_or(Place::Other))
    }

    fn content(&mut self) -> bool {
        let end = memmem::find(&self.rest, &self.delimiter);
        // What may be the beginning of the next boundary waits for the next piece.
        let most = self.rest.len().saturating_sub(self.delimiter.len() - 1);
        let content = self.rest.split_to(end.unwrap_or(most));
        if let Place::File { size, hash, .. } = &mut self.place {
            *size = size.saturating_add(content.len());
            if *size <= self.most {
                hash.update(&content);
            }
        }
        if end.is_none() {
            return false;
        }
        let length = self.delimiter.len();
        drop(self.rest.split_to(length));
        if let Place::File { name, size, hash } = std::mem::replace(&mut self.place, Place::Boundary) {
            self.file = Some(HashedFile { name, size, sha256: hash.finish() });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secrets::fingerprint_of;

    const FORM: &[u8] = b"--b0\r\nContent-Disposition: form-data; name=\"version\"\r\n\r\nab12\r\n\
        --b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\na\r\n--b\r\n\r\n--b0--\r\n";

    fn read(form: &[u8], piece: usize, most: usize) -> Option<HashedFile> {
        let mut read = HashedForm::new("b0", "file", most);
        for piece in form.chunks(piece) {
            read.push(piece);
            assert!(read.rest.len() <= piece.len() + MAX_HEAD, "no more than a piece is kept");
        }
        read.finish()
    }

    #[test]
    fn a_file_is_hashed_in_whatever_pieces_it_comes() {
        let content = b"a\r\n--b\r\n";
        for piece in 1..FORM.len() {
            let file = read(FORM, piece, 100).unwrap();
            assert_eq!((file.name.as_str(), file.size), ("a.json", content.len()), "{piece}");
            assert_eq!(file.sha256, fingerprint_of(content), "{piece}");
        }
        assert_eq!(read(FORM, 7, 3).unwrap().size, content.len(), "a large one is counted");
    }

    #[test]
    fn what_is_no_form_or_not_all_of_it_is_broken() {
        let many = b"--b0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(MAX_PARTS + 1);
        let long = [b"--b0\r\nX: ".as_slice(), &b"x".repeat(MAX_HEAD), b"\r\n\r\n"].concat();
        for bad in [b"".as_slice(), b"text text", b"--b0 \r\n", b"--b0\r\nno head\r\n\r\n\r\n--b0--", &many, &long] {
            assert_eq!(read(bad, 5, 100), None);
        }
        assert_eq!(read(FORM.get(..FORM.len() - 12).unwrap(), 5, 100), None);
        assert_eq!(read(b"--b0--\r\n", 3, 100), Some(HashedFile::default()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            start in 0_usize..200, bytes in prop::collection::vec(any::<u8>(), 0..200), piece in 1_usize..50,
        ) {
            let known = FORM.get(..start).unwrap_or(FORM);
            for form in [bytes.clone(), [known, &bytes].concat(), [b"--b0\r\n".as_slice(), &bytes].concat()] {
                let _ = read(&form, piece, 100);
            }
        }
    }
}
