use crate::directory::formats::test_card::{contact, words};

use super::*;

fn read(test: &str, conditions: &str) -> Result<Filter, Refusal> {
    let document = format!("<filter xmlns='{CARD}' test='{test}'>{conditions}</filter>");
    parse(Some(&Element::parse(document.as_bytes()).unwrap()))
}

fn means(test: &str, conditions: &str) -> bool {
    let (words, contact) = (words(), contact("Aya Koné", "Head", "+225 27 20 25 00 00"));
    read(test, conditions).unwrap().matches(&Card::new(&contact, &words).unwrap())
}

fn on(property: &str, tests: &str) -> String {
    format!("<prop-filter name='{property}'>{tests}</prop-filter>")
}

fn finds(property: &str, tests: &str) -> bool {
    means("allof", &on(property, tests))
}

#[test]
fn what_is_written_is_found() {
    for (property, text) in [
        ("fn", "KONÉ"),
        ("FN", "kone\u{301}"),
        ("N", "Aya Koné"),
        ("ORG", "ivoire"),
        ("TITLE", "head"),
        ("EMAIL", "aya@"),
        ("ADR", "Côte"),
        ("KIND", "individual"),
        ("LANG", "en"),
        ("REV", "2026"),
        ("VERSION", "4.0"),
        ("VERSION", "3.0"),
        ("CATEGORIES", "machine learning"),
        ("UID", "urn:uuid:"),
    ] {
        assert!(finds(property, &format!("<text-match>{text}</text-match>")), "{property} {text}");
        assert!(finds(property, ""), "{property}");
        assert!(!finds(property, "<is-not-defined/>"), "{property}");
        assert!(!finds(property, "<text-match>nothing like it</text-match>"), "{property}");
        assert!(finds(property, "<text-match negate-condition='yes'>nothing like it</text-match>"), "{property}");
    }
    let lang = |text: &str, negated: &str| {
        let test = format!("<text-match match-type='equals' negate-condition='{negated}'>{text}</text-match>");
        finds("LANG", &test)
    };
    assert!(lang("fr", "no") && lang("en", "no") && !lang("fr", "yes") && lang("sw", "yes"));
    assert!(finds("N", "<text-match match-type='equals'>Aya Koné</text-match>"), "a component");
    assert!(!finds("FN", "<text-match collation='i;octet'>aya</text-match>"));
}

#[test]
fn what_no_card_has_is_absent() {
    for property in ["NICKNAME", "IMPP", "X-FOO", "item1.TEL"] {
        assert!(finds(property, "<is-not-defined/>"), "{property}");
        for tests in [
            "",
            "<text-match>a</text-match>",
            "<text-match negate-condition='yes'>a</text-match>",
            "<param-filter name='TYPE'><is-not-defined/></param-filter>",
        ] {
            assert!(!finds(property, tests), "{property} {tests}");
        }
        let name = on("FN", "<text-match>aya</text-match>");
        assert!(means("anyof", &format!("{}{name}", on(property, "<text-match>a</text-match>"))));
        assert!(!means("allof", &format!("{}{name}", on(property, "<text-match>a</text-match>"))));
    }
}

#[test]
fn parameters_are_searched() {
    let with = |test: &str| format!("<param-filter name='type'>{test}</param-filter>");
    let text = |text: &str| with(&format!("<text-match match-type='equals'>{text}</text-match>"));
    assert!(finds("TEL", &with("")) && finds("TEL", &text("voice")) && finds("TEL", &text("WORK")));
    assert!(finds("EMAIL", &text("internet")) && finds("EMAIL", &text("work")));
    assert!(!finds("TEL", &text("fax")) && !finds("FN", &with("")) && finds("FN", &with("<is-not-defined/>")));
    assert!(finds("TEL", &with("<text-match negate-condition='yes'>fax</text-match>")));
    assert!(!finds("FN", &with("<text-match negate-condition='yes'>fax</text-match>")), "which it has not");
}

#[test]
fn a_telephone_number_is_found_in_any_spelling() {
    let tel = |attributes: &str, text: &str| finds("TEL", &format!("<text-match{attributes}>{text}</text-match>"));
    for typed in ["+22527202500 00", "0022527202500 00", "27 20 25 00 00", "2720250000", "+225 27"] {
        assert!(tel("", typed), "{typed}");
    }
    assert!(tel(" match-type='equals'", "00225-2720250000") && !tel(" match-type='equals'", "+2252720250001"));
    assert!(!tel(" collation='i;octet'", "2720250000"), "which is exact");
    assert!(!tel(" negate-condition='yes'", "2720250000"));
    assert!(!finds("FN", "<text-match>2720250000</text-match>"));
}

#[test]
fn what_is_refused_is_named() {
    let refused = |conditions: &str| read("allof", conditions).unwrap_err();
    let filter = |what: &str, property: Option<&str>| Refusal::Filter {
        what: what.to_owned(),
        property: property.map(str::to_owned),
    };
    assert_eq!(refused("<comp-filter/>"), filter("comp-filter", None));
    assert_eq!(refused(&on("fn", "<time-range/>")), filter("time-range", Some("FN")));
    let odd = on("FN", "<param-filter name='TYPE'><time-range/></param-filter>");
    assert_eq!(refused(&odd), filter("time-range", Some("FN")));
    let klingon = on("FN", "<text-match collation='i;klingon'>a</text-match>");
    assert_eq!(refused(&klingon), Refusal::Collation("i;klingon".to_owned()));
    assert_eq!(refused("<prop-filter/>"), Refusal::Malformed);
    assert_eq!(refused(&on("FN", "").repeat(MAX_CONDITIONS + 1)), Refusal::Conditions);
    let long = on("FN", &format!("<text-match>{}</text-match>", "a".repeat(MAX_TEXT + 1)));
    assert_eq!(refused(&long), Refusal::Conditions);
}

#[test]
fn a_filter_that_every_card_meets_tells_nothing() {
    let tells = |conditions: &str| read("anyof", conditions).unwrap().reveals_values();
    assert!(!tells("") && !tells(&on("FN", "")) && !tells(&on("uid", "")));
    for telling in [on("TEL", ""), on("FN", "<text-match>a</text-match>"), on("FN", "") + &on("EMAIL", "")] {
        assert!(tells(&telling), "{telling}");
    }
}
