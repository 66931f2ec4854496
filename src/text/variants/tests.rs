//! Variants find each other; spellings that readers distinguish do not.

use proptest::prelude::*;

use super::*;

/// Whether the typed text finds the stored one: they have a key in common.
fn finds(typed: &str, stored: &str) -> bool {
    let (written, others) = indexed(stored);
    let typed = Keys::of(&pieces(typed).concat().concat()).all();
    typed.iter().any(|key| written.contains(key) || others.contains(key))
}

#[test]
fn what_readers_take_for_the_same_finds_each_other() {
    for group in [
        // Russian, Ukrainian, Kazakh.
        &["Фёдор", "Федор", "ФЕДОР", "Фе\u{308}дор"][..],
        &["Королёв", "Королев"],
        &["Ґалаґан", "Галаган"],
        &["Дем'ян", "Дем’ян", "Демʼян", "Дем`ян", "Демян"],
        &["Қасым", "Касым"],
        &["Андрей", "Андреи\u{306}"],
        // Arabic, and Arabic letters on a Persian keyboard.
        &["أحمد", "احمد", "أَحْمَد", "أحـــمد", "ٱحمد"],
        &["إبراهيم", "ابراهيم"],
        &["آمنة", "امنه", "آمنه", "امنة"],
        &["موسى", "موسي", "موسی"],
        &["فاطمة", "فاطمه"],
        &["رؤوف", "رووف"],
        &["علاء", "علا"],
        &["كريم", "کریم"],
        &["هيئة", "هييه"],
        &["علی\u{200c}رضا", "علیرضا"],
        // German and Nordic.
        &["Müller", "Mueller", "MÜLLER", "Mu\u{308}ller", "Ｍüller"],
        &["Jürgens", "Juergens"],
        &["Østergård", "Oestergaard", "Östergård", "Østergaard"],
        &["Bjørn", "Björn", "Bjoern"],
        &["Ågård", "Aagaard", "Aagård"],
        &["Groß", "Gross", "GROẞ"],
        &["Ægir", "Aegir", "Ägir"],
        // Other Latin letters.
        &["Łukasz", "Lukasz"],
        &["Đặng", "Dang"],
        &["Đorđe", "Djordje"],
        &["Işık", "Isik", "IŞIK", "ışık"],
        &["İbrahim", "Ibrahim", "ibrahim"],
        &["Þór", "Thor"],
        &["Lœuillet", "Loeuillet"],
        &["Əliyev", "Aliyev"],
        &["Nguyễn", "Nguyen"],
        &["O'Brien", "O’Brien", "Oʼbrien", "OBrien"],
        &["Jean-Pierre", "Jeanpierre", "Jean\u{2010}Pierre"],
        // Greek and Hebrew.
        &["Νίκος", "ΝΙΚΟΣ", "Νικοσ"],
        &["שָׁלוֹם", "שלום"],
        &["ג׳ורג׳", "ג'ורג'", "גורג"],
        // Hangul and Japanese.
        &["김철수", "\u{1100}\u{1175}\u{11b7}철수"],
        &["ヤマダ", "やまだ", "ﾔﾏﾀﾞ"],
        &["キャノン", "キヤノン"],
    ] {
        for typed in group {
            for stored in group {
                assert!(finds(typed, stored), "{typed} for {stored}");
            }
        }
    }
}

#[test]
fn what_readers_tell_apart_stays_apart() {
    for (typed, stored) in
        [("Muler", "Müller"), ("Manul", "Manuel"), ("ガス", "カス"), ("حسن", "حسين"), ("박철수", "김철수")]
    {
        assert!(!finds(typed, stored) && !finds(stored, typed), "{typed} for {stored}");
    }
    // They are equal by sound, like any two words with the same transliteration; in their own script they differ.
    for (one, other) in [("Андреи", "Андрей"), ("Юрий", "Юрій")] {
        let ([one, other], plain) = ([one, other].map(Keys::of), |keys: &Keys| keys.written.clone());
        assert_eq!(plain(&one), plain(&other));
        assert!(one.own != other.own && one.others.is_empty() && other.others.is_empty());
    }
}

#[test]
fn neighbours_are_one_word_where_spaces_say_little() {
    for (typed, stored) in [
        ("김철수", "김 철수"),
        ("철수", "김철수"),
        ("عبدالله", "عبد الله"),
        ("山田太郎", "山田 太郎"),
        ("やまだたろう", "ヤマダ タロウ"),
        ("بنسلمان", "محمد بن سلمان"),
    ] {
        assert!(finds(typed, stored), "{typed} for {stored}");
    }
    assert!(!finds("awadiop", "Awa Diop"));
    assert_eq!(
        pieces("Awa N’Guessan-Koné, d'Ivoire"),
        [
            vec!["Awa".to_owned()],
            ["N", "Guessan", "Koné"].map(str::to_owned).to_vec(),
            ["d", "Ivoire"].map(str::to_owned).to_vec(),
        ]
    );
}

#[test]
fn keys_are_few_and_short() {
    for word in ["ä".repeat(200), "\u{fdfa}".repeat(200), "ёґ".repeat(100), "한".repeat(200), "a".repeat(200)] {
        let keys = Keys::of(&word);
        assert!(keys.others.len() <= MOST + 2, "{word}");
        assert!(keys.own.iter().chain(&keys.others).all(|key| key.chars().count() <= LONGEST), "{word}");
    }
    assert_eq!(Keys::of("Diop"), Keys { written: vec!["diop".to_owned()], ..Keys::default() });
    assert_eq!(Keys::of("üü").others, ["ueue", "uue", "ueu"]);
}

#[test]
fn a_text_is_respelled_as_a_whole() {
    assert_eq!(respelled("Österreich"), [["oesterreich"]]);
    assert_eq!(respelled("Åland Islands"), [["aaland", "islands"]]);
    assert_eq!(respelled("Senegal"), Vec::<Vec<String>>::new());
    assert_eq!(folded_words("Республика  Қазақстан"), ["республика", "казакстан"]);
}

/// The letters of the table, script by script, with the joints between them.
const LETTERS: [&str; 6] = [
    "абвгдеёиійґқьъїєяһә'’ʼ-",
    "اأإآبةهىيیکكئؤءـسم\u{64b}\u{651}",
    "אבכךמםןנףפצץ\u{5b8}׳",
    "αάςσνίοϊΐώ",
    "aäbeæöoøüuåßłđıiœəstþðéñ’-",
    "김철수민가박",
];

/// Words of one script.
fn words() -> impl Strategy<Value = String> {
    prop::sample::select(LETTERS.to_vec()).prop_flat_map(|letters| {
        let letters: Vec<char> = letters.chars().collect();
        prop::collection::vec(prop::sample::select(letters), 1..12).prop_map(String::from_iter)
    })
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(word in words()) {
        let fold = |word: &str| letters(word).chars().filter_map(folded).collect::<String>();
        prop_assert_eq!(fold(&fold(&word)), fold(&word));
    }

    #[test]
    fn a_word_is_found_by_itself_its_beginnings_and_its_variants(word in words()) {
        let (written, others) = indexed(&word);
        let known: Vec<&String> = written.iter().chain(&others).collect();
        for part in pieces(&word).concat() {
            let letters: Vec<char> = part.chars().collect();
            for end in 1..=letters.len() {
                let typed = Keys::of(&letters.iter().take(end).collect::<String>()).all();
                let is_found = typed.iter().any(|typed| known.iter().any(|known| known.starts_with(typed.as_str())));
                prop_assert!(is_found || typed.is_empty(), "{end} of {word}: {typed:?} {known:?}");
            }
            let keys = Keys::of(&part);
            for variant in keys.own.iter().chain(&keys.others) {
                prop_assert!(known.contains(&variant), "{variant} of {word}");
            }
        }
    }

    #[test]
    fn no_text_breaks_it(text in "\\PC{0,40}") {
        let (written, others) = indexed(&text);
        prop_assert!(written.intersection(&others).next().is_none());
        let plain = |key: &String| key.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c));
        prop_assert!(others.iter().all(plain), "{others:?}");
        let _ = (respelled(&text), folded_words(&text));
    }
}
