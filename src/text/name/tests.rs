//! Valid names, and refused ones.

use super::*;
use proptest::prelude::*;

fn code(text: &str) -> Option<FieldCode> {
    person(text).err().map(|fault| fault.code)
}

/// Names that people bear, of every script.
const HONEST: &[&str] = &[
    "Awa Diop",
    "O’Connor",
    "Seán Ó Súilleabháin",
    "Jean-Luc d'Arc",
    "J. R. R. Tolkien, Jr.",
    "Thandi \"T.\" Nkosi",
    "Nguyễn Thị Minh Khai",
    "Ǹǹḗkà Ọ̀ṣunlékè",
    "Hawaiʻi Kealoha",
    "N’Guessan-Koné",
    "Kumar a/l Raju",
    "A.de Souza",
    "Ma.Teresa Cruz",
    "Mohd.Ali",
    "Gal·la Bosch",
    "John Smith 3rd",
    "Иван Петров",
    "Мар’яна Ковальчук",
    "Γιώργος Παπαδόπουλος",
    "Արամ Խաչատրյան",
    "გიორგი ბერიძე",
    "محمد عبد الرحمن",
    "علی‌رضا",
    "یوسف بن‌علی",
    "דוד בן-גוריון",
    "प्रिया शर्मा",
    "क्‍ष",
    "ශ්‍රී",
    "বাংলা নাম",
    "สมชาย ใจดี",
    "ស៊ីហា",
    "አበበ በቂላ",
    "佐藤 花子",
    "たなか ハルト",
    "サトー・ハナコ",
    "葛\u{e0100}城",
    "王小明",
    "김민준",
    "金 민준",
    "Kim Min-jun (김민준)",
    "Mohammed Ali (محمد علي)",
    "Tanaka 田中",
    "ʻAkamu",
    "Michel Portal",
    "John Root",
    "Adminu Bello",
    "محمد الأمين",
    "أمانة بنت سالم",
    "Светлана Секретарёва",
    "Paolo Segretario",
    "Jan Sekretarczyk",
    "Ελένη Γραμματικού",
    "関口 理者",
    "Adwin Min",
    "Minh Ad",
    "Jun Secretario",
    "Иван Секретарев",
    "Олена Секретарюк",
    "အေး တင် ရီ မြ ရဲ",
    "Bàn Thu Kỳ",
    "David J. 李",
    "山口 工",
    "ᎠᏓᏅᏙ",
    "ⵎⵓⵃⴰ",
];

#[test]
fn honest_names_of_every_script_pass() {
    for &name in HONEST {
        let clean = person(name);
        assert!(clean.is_ok(), "{name}: {clean:?}");
        assert!(members(name, "Smart Customs Community").is_ok(), "{name}");
    }
    assert_eq!(person("Ａｗａ　Ｄｉｏｐ").unwrap(), "Awa Diop");
    assert_eq!(person("ｱﾜ ｶﾞﾎﾞ").unwrap(), "アワ ガボ");
}

#[test]
fn what_is_no_name_is_refused() {
    for name in [
        "see https://evil.example",
        "evil:／／x",
        "www.evil.example",
        "ｗｗｗ．evil",
        "eve@x.example",
        "Awa＠x",
        "Unlock at evil.com",
        "EVIL.COM",
        "bit.ly/abc",
        "Awa secure-customs.io",
        "Call 080012",
        "Agent 007",
        "Awa ٠٠٧",
        "URGENT: account blocked!",
        "Awa <b>",
        "=1+1 Awa",
        "Awa 🔒",
        "𝐒ecure",
        "Ⓢecure",
        "Awa ™",
        "12",
        "Z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}a",
    ] {
        assert_eq!(code(name), Some(FieldCode::NotAName), "{name}");
    }
}

#[test]
fn a_name_is_bounded_as_it_is_compared_and_not_only_as_it_is_written() {
    for (name, wrong) in [
        ("\u{fdfa}".repeat(200), FieldCode::TooLong),
        ("\u{fdfa}".repeat(12), FieldCode::TooLong),
        ("a".repeat(201), FieldCode::TooLong),
        ("山".repeat(200), FieldCode::TooLong),
        ("a ".repeat(100), FieldCode::TooManyWords),
        ("A. ".repeat(MAX_WORDS + 1), FieldCode::TooManyWords),
        ("山 ".repeat(MAX_WORDS + 1), FieldCode::TooManyWords),
        ("\u{fdfa} ".repeat(7), FieldCode::TooManyWords),
    ] {
        assert_eq!(code(&name), Some(wrong), "{name}");
    }
    for name in ["a".repeat(200), "Awa ".repeat(MAX_WORDS), "山".repeat(60)] {
        assert!(person(&name).is_ok(), "{name}: {:?}", person(&name));
    }
}

#[test]
fn a_judgement_holds_for_the_name_that_was_judged_alone() {
    let judged = Judged::members("Awa  Diop", "");
    assert_eq!(judged.of("Awa  Diop"), Some(Ok("Awa Diop".to_owned())));
    assert_eq!(judged.of("Awa Diop"), None);
    assert!(Judged::members("Secretariat", "").of("Secretariat").is_some_and(|outcome| outcome.is_err()));
}

#[test]
fn what_cannot_be_seen_is_refused() {
    for hidden in [
        '\u{3164}',
        '\u{115f}',
        '\u{1160}',
        '\u{ffa0}',
        '\u{2800}',
        '\u{34f}',
        '\u{ad}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{202e}',
        '\u{2066}',
        '\u{2060}',
        '\u{feff}',
        '\u{fe0f}',
        '\u{e0041}',
        '\u{e0100}',
        '\u{180b}',
        '\u{17b4}',
        '\u{fff9}',
        '\u{61c}',
    ] {
        for name in [format!("Awa{hidden}Diop"), format!("{hidden}Awa"), format!("Awa {hidden}")] {
            assert_eq!(code(&name), Some(FieldCode::ControlCharacters), "{name:?}");
        }
    }
    assert_eq!(code("\u{3164}"), Some(FieldCode::ControlCharacters));
    assert_eq!(code("علی\u{200c}\u{200c}رضا"), Some(FieldCode::ControlCharacters));
    assert_eq!(code("علی\u{200c}"), Some(FieldCode::ControlCharacters));
}

#[test]
fn letters_that_look_alike_are_not_mixed() {
    for name in ["Аwa Diop", "Awa Dіop", "Οlga Ivanova", "Awa Ꭰiop", "Иван Ivanov", "Ընna", "Мария Σ"]
    {
        assert_eq!(code(name), Some(FieldCode::MixedScripts), "{name}");
    }
}

#[test]
fn no_word_has_letters_of_several_scripts_but_where_a_language_does() {
    for name in [
        "Ⴝecretariat",
        "SECRETAR工AT",
        "SECRETARエAT",
        "HEㄥP DESK",
        "Secretarㅣat",
        "Suppဝrt",
        "Secretaרiat",
        "Awa Diוp",
        "S E C R E T A R 工 A T",
        "田中Tanaka",
    ] {
        assert_eq!(code(name), Some(FieldCode::MixedScripts), "{name}");
    }
    for name in
        ["田中はな", "サトウ花子", "金민준", "ㄅ王明", "Tanaka-田中", "Min-jun 김(金)", "علی\u{200c}رضا Alireza"]
    {
        assert!(person(name).is_ok(), "{name}: {:?}", person(name));
    }
}

#[test]
fn no_name_is_in_a_script_of_history() {
    for name in ["ⲁⲇⲙⲓⲛ", "𐊖𐊤𐊗", "𐐝𐐇𐐗𐐡", "ᛊᚢᛈ"] {
        assert_eq!(code(name), Some(FieldCode::NotAName), "{name}");
    }
}

#[test]
fn what_is_said_of_oneself_leads_nowhere() {
    let code = |text: &str| statement(text, 200).err().map(|fault| fault.code);
    for said in [
        "see https://evil.example/unlock",
        "www.evil.example",
        "ｗｗｗ．evil．example",
        "unlock: evil.com/now",
        "evil:／／x",
        "bit.ly/abc",
        "evil.com",
        "user@evil.com",
    ] {
        assert_eq!(code(said), Some(FieldCode::LinkInText), "{said}");
    }
    for said in ["Head of Innovation", "DG/2026/17", "No.12/2026", "Réf. 4/B", "Resp.IT", "Chef a.i.", "R&D @ HQ"] {
        assert_eq!(code(said), None, "{said}");
    }
    assert_eq!(code("x\u{202e}y"), Some(FieldCode::ControlCharacters));
    assert_eq!(statement("abcd", 3).err().map(|fault| fault.code), Some(FieldCode::TooLong));
}

proptest! {
    #[test]
    fn what_passes_stays_as_it_is(text in "[\\PC\u{200c}\u{200d}\u{3164}\u{2800}]{0,40}") {
        if let Ok(name) = person(&text) {
            prop_assert_eq!(person(&name), Ok(name.clone()));
            let refused = name.contains(['@', '\u{3164}', '\u{2800}', '<', '\u{200b}']);
            prop_assert!(!refused, "{}", name);
        }
    }
}
