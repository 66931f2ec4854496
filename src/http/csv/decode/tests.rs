//! Tests: names of the world in the encodings that they arrive in.

use super::*;

/// A sheet of these people, with an English header.
fn sheet(names: &[&str]) -> String {
    let row = |(number, name): (usize, &&str)| format!("p{number}@x.example,{name}\n");
    format!("email,name\n{}", names.iter().enumerate().map(row).collect::<Vec<_>>().concat())
}

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, has_failed) = encoding.encode(text);
    assert!(!has_failed, "{text}");
    bytes.into_owned()
}

/// The same in code page 850.
fn in_dos(text: &str) -> Vec<u8> {
    let byte = |c: char| match tables::DOS.chars().position(|known| known == c) {
        Some(place) => u8::try_from(place + 0x80).unwrap(),
        None => u8::try_from(u32::from(c)).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn names_are_shown_in_the_encoding_in_which_they_were_written() {
    use encoding_rs::{
        EUC_JP, EUC_KR, IBM866, ISO_8859_5, KOI8_U, SHIFT_JIS, WINDOWS_1251, WINDOWS_1253, WINDOWS_1256,
    };
    let russian = ["Иван Иванов", "Мария Петрова"];
    for (names, encoding) in [
        (["José Muñoz", "João Conceição"], WINDOWS_1252),
        (["José Muñoz", "João Conceição"], MACINTOSH),
        (["Wałęsa Łukasz", "Żaneta Świątek"], WINDOWS_1250),
        (["Wałęsa Łukasz", "Żaneta Świątek"], ISO_8859_2),
        (["Şahin Yıldız", "Çağrı Güneş"], WINDOWS_1254),
        (russian, WINDOWS_1251),
        (russian, KOI8_U),
        (russian, IBM866),
        (russian, ISO_8859_5),
        (russian, X_MAC_CYRILLIC),
        (["محمد العربي", "فاطمة الزهراء"], WINDOWS_1256),
        (["Γιώργος Παπαδόπουλος", "Μαρία Αγγελοπούλου"], WINDOWS_1253),
        (["田中太郎", "鈴木花子"], SHIFT_JIS),
        (["田中太郎", "鈴木花子"], EUC_JP),
        (["김철수", "이영희"], EUC_KR),
    ] {
        let text = sheet(&names);
        let bytes = encoded(encoding, &text);
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!((&*decoded.text, decoded.basis), (text.as_str(), Basis::WeakGuess), "{}", encoding.name());
    }
    let text = sheet(&["José Muñoz", "João Conceição", "Jürgen Müller"]);
    let bytes = in_dos(&text);
    let decoded = decode(&bytes, None).unwrap();
    assert_eq!((&*decoded.text, decoded.charset, decoded.basis), (text.as_str(), "IBM850", Basis::WeakGuess));
    let text = "Courriel;Nom\nawa@x.example;Aïcha Koné\n";
    let bytes = encoded(WINDOWS_1252, text);
    assert_eq!(decode(&bytes, None).unwrap().text, text);
}

#[test]
fn what_could_be_another_encoding_is_a_weak_guess() {
    // These bytes are letters of Western names too, and of no names in the DOS encoding of Central Europe.
    let czech = encoded(WINDOWS_1250, &sheet(&["Dvořák Jiří"]));
    assert_eq!(decode(&czech, None).unwrap().basis, Basis::WeakGuess);
    let mac = encoded(MACINTOSH, &sheet(&["Jürgen Müller"]));
    assert_eq!(decode(&mac, None).unwrap().basis, Basis::WeakGuess);
    let few = encoded(encoding_rs::GBK, &sheet(&["王伟"]));
    assert_eq!(decode(&few, None).unwrap().basis, Basis::WeakGuess);
}

#[test]
fn what_is_said_of_the_encoding_counts_where_it_fits() {
    let czech = encoded(WINDOWS_1250, &sheet(&["Dvořák Jiří"]));
    let decoded = decode(&czech, Some("Windows-1250")).unwrap();
    assert!(decoded.text.contains("Dvořák Jiří") && decoded.basis == Basis::Declared, "{}", decoded.text);
    let code = |declared| decode(&czech, Some(declared)).map(|decoded| decoded.charset).map_err(|fault| fault.code);
    assert_eq!(code("utf-8"), Err(FieldCode::CharsetWrong));
    assert_eq!(code("klingon"), Err(FieldCode::CharsetUnknown));
    assert_eq!(decode(&in_dos("Rôle"), Some("CP850")).unwrap().text, "Rôle");
    // A byte order mark takes precedence over the name in a header.
    let marked = [b"\xef\xbb\xbf".as_slice(), "é".as_bytes()].concat();
    assert_eq!(decode(&marked, Some("windows-1252")).unwrap().text, "é");
}

#[test]
fn words_are_told_from_what_is_none() {
    for word in ["Koné", "ÉCOLE", "Écran", "d’Ivoire", "n°", "Groß", "Jean–Élie", "«Été»"] {
        assert!(is_plausible(word, Some(&[WESTERN])), "{word}");
    }
    for no_word in ["KonŽ", "A•cha", "JÅrgen", "Mu–oz", "Hernßndez", "Wa³êsa", "J〉gen", "Иvan"] {
        assert!(!is_plausible(no_word, Some(&[WESTERN])), "{no_word}");
    }
    assert!(is_plausible("Wałęsa", None) && !is_plausible("Wałęsa", Some(&[WESTERN])));
    // A word has letters of one alphabet, some of them without accents.
    let anywhere: &[&str] = &[WESTERN, CENTRAL];
    assert!(is_plausible("Müller-Dvořák", Some(anywhere)) && !is_plausible("Conceiçăo", Some(anywhere)));
    assert!(is_plausible("Été", Some(anywhere)) && !is_plausible("Èâàí", Some(anywhere)));
}

/// The text in this code page.
fn in_page(page: &CodePage, text: &str) -> Vec<u8> {
    let byte = |c: char| match page.upper.chars().position(|known| known == c) {
        Some(place) => u8::try_from(place + 0x80).unwrap(),
        None => u8::try_from(u32::from(c)).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn a_name_is_never_read_in_letters_that_could_be_others() {
    use encoding_rs::WINDOWS_1253;
    let polish =
        ["Małgorzata Dąbrowska", "Paweł Zając", "Bąk", "Wójcik", "Stępień", "Król", "Elżbieta", "Łukasz Górski"];
    let names = [polish.as_slice(), &["Petr Černý", "Jiří Novák", "Béla Erdős", "Ivana Babić", "Ana Kovač"]].concat();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for name in names {
        let text = sheet(&[name]);
        for encoding in [WINDOWS_1250, ISO_8859_2] {
            files.push((text.clone(), encoded(encoding, &text)));
        }
        for page in [&DOS_CENTRAL, &MAC_CENTRAL] {
            files.push((text.clone(), in_page(page, &text)));
        }
    }
    for (names, page) in [
        ("Søren Ærø", &DOS),
        ("Bjørn Ås", &DOS_NORDIC),
        ("Ayşe Yıldız", &DOS_TURKISH),
        ("Gökçe Öztürk", &MAC_TURKISH),
        ("João Conceição", &DOS_PORTUGUESE),
        ("Hélène Côté", &DOS_CANADIAN),
        ("Māra Zālīte", &DOS_BALTIC),
    ] {
        let text = sheet(&[names]);
        files.push((text.clone(), in_page(page, &text)));
    }
    for (name, encoding) in [
        ("Hélène Lefèvre", WINDOWS_1252),
        ("Gökçe Öztürk", WINDOWS_1254),
        ("Jānis Kārkliņš", WINDOWS_1257),
        ("Νίκος", WINDOWS_1253),
    ] {
        let text = sheet(&[name]);
        files.push((text.clone(), encoded(encoding, &text)));
    }
    for (text, bytes) in files {
        let decoded = decode(&bytes, None).unwrap();
        assert!(decoded.text == text || decoded.basis == Basis::WeakGuess, "{text} as {}", decoded.text);
    }
}

#[test]
fn names_whose_bytes_are_other_names_elsewhere_are_held_back() {
    use encoding_rs::{IBM866, ISO_8859_7, KOI8_U, WINDOWS_1251, WINDOWS_1253};
    let french = |name: &str| format!("Courriel;Nom\na@x.example;{name}\n");
    for (text, encoding) in [
        // A French header does not identify the machine: Mãdãlina, Jiøí in windows-1252.
        (french("Mădălina Ionescu"), WINDOWS_1250),
        (french("Jiří Novák"), WINDOWS_1250),
        (french("Hélène Lefèvre"), WINDOWS_1252),
        // The same bytes are Cyrillic in several encodings, and so for Greek, Hebrew and Arabic.
        (sheet(&["Иван Иванов", "Мария Петрова"]), X_MAC_CYRILLIC),
        (sheet(&["Иван Иванов", "Мария Петрова"]), WINDOWS_1251),
        (sheet(&["Іван Шевченко"]), KOI8_U),
        (sheet(&["Іван Иванов"]), WINDOWS_1251),
        (sheet(&["Мария Петрова"]), IBM866),
        (sheet(&["Γιώργος Παπαδόπουλος"]), WINDOWS_1253),
        (sheet(&["Γιώργος Παπαδόπουλος"]), ISO_8859_7),
        (sheet(&["田中太郎", "鈴木花子"]), encoding_rs::EUC_JP),
        (sheet(&["김철수", "이영희"]), encoding_rs::EUC_KR),
    ] {
        let bytes = encoded(encoding, &text);
        assert_eq!(decode(&bytes, None).unwrap().basis, Basis::WeakGuess, "{text}");
        let said = decode(&bytes, Some(encoding.name())).unwrap();
        assert_eq!((&*said.text, said.basis), (text.as_str(), Basis::Declared));
    }
    // Hebrew in code page 862, Arabic in 720, Icelandic in 861: unsupported encodings.
    for name in [b"\x83\x85\x83 \x8b\x84\x8f".as_slice(), b"\xaa\xa5\xaa\x9f\xa9", b"J\xa2n \x8d\xa2rarson"] {
        let bytes = [b"email,name\na@x.example,".as_slice(), name, b"\n"].concat();
        assert_eq!(decode(&bytes, None).unwrap().basis, Basis::WeakGuess, "{name:?}");
    }
    assert_eq!(decode(b"email,name\na@x.example,Awa Diop\n", None).unwrap().basis, Basis::Valid);
}

#[test]
fn below_a_french_header_letters_of_the_west_are_shown_first() {
    let text = "Points de contact\nCourriel;Nom\na@x.example;Hélène Lefèvre\nb@x.example;François Ba\n";
    assert_eq!(decode(&encoded(WINDOWS_1252, text), None).unwrap().text, text);
    assert!(begins_in_french(text.as_bytes()));
    assert!(!begins_in_french(text.replace("Courriel", "email").as_bytes()), "one word is chance");
}

#[test]
fn a_code_page_is_read_where_it_is_declared() {
    for page in CODE_PAGES {
        assert_eq!(page.upper.chars().count(), 128, "{}", page.name);
        for label in page.labels {
            assert_eq!(Charset::of_label(&label.to_uppercase()), Some(Charset::Page(page)), "{label}");
        }
    }
    let bytes = in_page(&DOS_CENTRAL, "Małgorzata");
    assert_eq!(decode(&bytes, Some("cp852")).unwrap().text, "Małgorzata");
    assert_eq!(decode(b"\xd5", Some("cp857")).map_err(|fault| fault.code).unwrap_err(), FieldCode::CharsetWrong);
}
