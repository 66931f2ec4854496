//! Names that pass, and names that do not.

use super::*;
use proptest::prelude::*;

fn code(text: &str) -> &'static str {
    person(text).err().map_or("", |fault| fault.code)
}

#[test]
fn honest_names_of_every_script_pass() {
    for name in [
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
        "関口 理者",
    ] {
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
        assert_eq!(code(name), "not_a_name", "{name}");
    }
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
            assert_eq!(code(&name), "control_characters", "{name:?}");
        }
    }
    assert_eq!(code("\u{3164}"), "control_characters");
    assert_eq!(code("علی\u{200c}\u{200c}رضا"), "control_characters");
    assert_eq!(code("علی\u{200c}"), "control_characters");
}

#[test]
fn letters_that_look_alike_are_not_mixed() {
    for name in ["Аwa Diop", "Awa Dіop", "Οlga Ivanova", "Awa Ꭰiop", "Иван Ivanov", "Ընna", "Мария Σ"]
    {
        assert_eq!(code(name), "mixed_scripts", "{name}");
    }
}

#[test]
fn the_lists_are_compared_letter_by_letter() {
    for word in [OFFICES, OFFICE_WORDS, PORTAL_WORDS, SMALL_WORDS].iter().flat_map(|list| list.split(' ')) {
        assert_eq!(seen(word), word.chars().map(like).collect::<String>(), "{word}");
    }
}

#[test]
fn nobody_poses_as_the_portal() {
    for name in [
        "Secretariat",
        "The Secretariat",
        "Secrétariat",
        "SECRETARIAT Helpdesk",
        "S e c r e t a r i a t",
        "Secretarlat",
        "Secretar1at",
        "5ecretariat",
        "Ѕесгетагіат",
        "Секретариат",
        "Help Desk",
        "Helpdesk",
        "Portal Administrator",
        "Administrateur",
        "Portal Support",
        "Portal",
        "The Portal Team",
        "Équipe du portail",
        "Admin",
        "IT Service",
        "Smart Customs Community",
        "Smart Custorns Community",
        "Community",
        "No-Reply",
        "Ne pas répondre",
        "事務局",
        "事務局 田中",
        "秘书处",
        "管理员",
        "管理者",
        "ｻﾎﾟｰﾄ",
        "사무국",
        "관리자",
        "الأمانة",
        "الأمانة العامة",
        "الدّعـم الفني",
        "Служба поддержки",
        "Secretaría",
        "Secretariado",
        "Segreteria",
        "Sekretariat",
        "Soporte",
        "Suporte",
        "Administración",
        "Administração",
        "Verwaltung",
        "Smart Custom Community",
        "The Smart Customs Comunity",
        "Smart Cutsoms Community",
    ] {
        assert!(poses(name, "Smart Customs Community"), "{name}");
    }
    assert!(!poses("Awa Diop", "Smart Customs Community") && !poses("Awa Diop", ""));
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

    #[test]
    fn case_marks_and_spaces_hide_no_office(office in prop::sample::select(OFFICES.split(' ').collect::<Vec<_>>()), upper: bool) {
        let shown = if upper { office.to_uppercase() } else { office.to_owned() };
        let name = format!("Awa {shown} Diop");
        prop_assert!(poses(&name, "Community of Customs"), "{}", name);
    }
}
