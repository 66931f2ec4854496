//! Searches and parts of cards, as programs with an address book ask for them (number 11).

use serde_json::json;

use crate::support::address_book::{CARD, Program, condition, multiget, program, query, tree};
use crate::support::{Application, Expect as _, TestApp, story};

/// A condition on a property.
fn on(property: &str, tests: &str) -> String {
    format!("<C:prop-filter name=\"{property}\">{tests}</C:prop-filter>")
}

pub fn text(text: &str) -> String {
    format!("<C:text-match>{text}</C:text-match>")
}

/// How many cards a search finds.
fn hits(who: &Program, filter: &str) -> usize {
    who.report(&query(filter, "")).len()
}

#[story]
fn b11_a_search_by_what_no_card_has_is_answered(t: TestApp) {
    let awa = t.ncp("SN");
    t.member(&Application::new("FR", "Marie Curie"));
    let phone = program(&t, &awa);
    for property in ["NICKNAME", "IMPP", "X-FOO", "BDAY"] {
        assert_eq!(hits(&phone, &on(property, "<C:is-not-defined/>")), 2, "{property}");
        assert_eq!(hits(&phone, &on(property, "")), 0, "{property}");
        assert_eq!(hits(&phone, &on(property, &text("awa"))), 0, "{property}");
        let not = "<C:text-match negate-condition=\"yes\">awa</C:text-match>";
        assert_eq!(hits(&phone, &on(property, not)), 0, "{property}");
        // The searches of phones: by any displayed property.
        let both = on(property, &text("awa")) + &on("FN", &text("awa"));
        assert_eq!(hits(&phone, &both), 0, "{property}");
        let any = query(&both, "").replace("test=\"allof\"", "test=\"anyof\"");
        assert_eq!(phone.report(&any).len(), 1, "{property}");
    }
}

#[story]
fn b11_whatever_a_card_shows_is_searched(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    awa.patch("/me", &json!({"languages": ["fr", "wo"], "phone_audience": "members"})).expect(200);
    let phone = program(&t, &marie);
    let of_type = |kind: &str| format!("<C:param-filter name=\"TYPE\">{kind}</C:param-filter>");
    for (filter, found) in [
        (on("ADR", &text("senegal")), 1),
        (on("KIND", &text("individual")), 2),
        (on("KIND", &text("group")), 0),
        (on("LANG", &text("wo")), 1),
        (on("LANG", "<C:text-match negate-condition=\"yes\">wo</C:text-match>"), 1),
        (on("REV", &text("2026")), 2),
        (on("N", &text("Diop")), 1),
        (on("VERSION", &text("3.0")), 2),
        (on("TEL", &of_type("")), 2),
        (on("TEL", &of_type(&text("voice"))), 2),
        (on("TEL", &of_type(&text("fax"))), 0),
        (on("EMAIL", &of_type(&text("internet"))), 2),
        (on("FN", &of_type("<C:is-not-defined/>")), 2),
        (on("TITLE", &text("innovation")) + &on("ADR", &text("senegal")), 1),
    ] {
        assert_eq!(hits(&phone, &filter), found, "{filter}");
    }
}

#[story]
fn b11_a_telephone_is_searched_among_those_that_are_seen(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    awa.patch("/me", &json!({"phone": "+221 33 800 05 05", "phone_audience": "members"})).expect(200);
    let (own, others) = (program(&t, &awa), program(&t, &marie));
    let spellings = ["+221338000505", "338000505", "00221 33 800 05 05", "+221 (33) 800-05-05"];
    for typed in spellings {
        assert_eq!(hits(&others, &on("TEL", &text(typed))), 1, "{typed}");
    }
    awa.patch("/me", &json!({"phone_audience": "secretariat"})).expect(200);
    for typed in spellings {
        assert_eq!(hits(&others, &on("TEL", &text(typed))), 0, "{typed}: withheld");
        let not = format!("<C:text-match negate-condition=\"yes\">{typed}</C:text-match>");
        assert_eq!(hits(&others, &on("TEL", &not)), 1, "{typed}: whoever shows another");
        assert_eq!(hits(&own, &on("TEL", &text(typed))), 1, "{typed}: one's own");
    }
    assert_eq!(hits(&others, &on("TEL", "<C:is-not-defined/>")), 1);
    assert_eq!(hits(&others, &on("TEL", "<C:param-filter name=\"TYPE\"/>")), 1);
}

#[story]
fn b11_a_part_of_a_card_is_had_by_the_names_of_its_properties(t: TestApp) {
    let awa = t.ncp("SN");
    let phone = program(&t, &awa);
    let (href, tag) = phone.tags().remove(0);
    let part = |body: String, data: &str| {
        let body = body.replace("<C:address-data/>", data);
        let card = phone.report(&body).remove(0);
        assert_eq!(card.text("getetag"), tag, "it is the same card");
        card.text("address-data").to_owned()
    };
    let names = |card: &str| {
        let heads = card.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split([':', ';']).next());
        heads.map(str::to_owned).collect::<Vec<_>>()
    };
    let of = |version: &str| {
        format!(
            "<C:address-data content-type=\"text/vcard\" version=\"{version}\"><C:prop name=\"tel\"/>\
             <C:prop name=\"NICKNAME\"/><C:prop name=\"EMAIL\" novalue=\"yes\"/></C:address-data>"
        )
    };
    for body in [multiget(&[&href]), query("", ""), query(&on("FN", &text("awa")), "")] {
        let new = part(body.clone(), &of("4.0"));
        assert_eq!(names(&new), ["BEGIN", "VERSION", "UID", "FN", "EMAIL", "TEL", "END"], "{new}");
        assert!(new.contains("TEL;TYPE=work,voice:+221 33 800 00 00") && new.contains("EMAIL;TYPE=work:\r\n"), "{new}");
        let old = part(body.clone(), &of("3.0"));
        assert_eq!(names(&old), ["BEGIN", "VERSION", "UID", "FN", "N", "EMAIL", "TEL", "END"], "{old}");
        let whole = part(body, "<C:address-data><C:allprop/></C:address-data>");
        assert_eq!(whole, phone.get(&href).text);
    }
    let many = format!("<C:address-data>{}</C:address-data>", "<C:prop name=\"FN\"/>".repeat(51));
    let body = multiget(&[&href]).replace("<C:address-data/>", &many);
    assert_eq!(condition(&phone.ask("REPORT", "/carddav/directory/", "0", &body), 403), "properties-within-limits");
}

#[story]
fn b11_what_a_search_can_not_do_is_named(t: TestApp) {
    let phone = program(&t, &t.ncp("SN"));
    let klingon = "<C:text-match collation=\"i;klingon\">a</C:text-match>";
    let of_type = |test: &str| on("TEL", &format!("<C:param-filter name=\"TYPE\">{test}</C:param-filter>"));
    for (filter, code, named) in [
        (on("FN", "<C:time-range/>"), "supported-filter", "by time-range"),
        (of_type("<C:time-range/>"), "supported-filter", "by time-range"),
        ("<C:comp-filter name=\"VCARD\"/>".to_owned(), "supported-filter", "by comp-filter"),
        (on("FN", klingon), "supported-collation", "by i;klingon"),
        (of_type(klingon), "supported-collation", "by i;klingon"),
        (on("FN", "").repeat(21), "supported-filter", "at most 20 conditions"),
    ] {
        let answer = phone.ask("REPORT", "/carddav/directory/", "1", &query(&filter, ""));
        assert_eq!(condition(&answer, 403), code, "{filter}");
        let detail = tree(&answer).child("urn:portal", "detail").unwrap().text().to_owned();
        assert!(detail.contains(named), "{filter}: {detail}");
    }
    let answer = phone.ask("REPORT", "/carddav/directory/", "1", &query(&on("FN", "<C:time-range/>"), ""));
    let at = tree(&answer).child(CARD, "supported-filter").unwrap().child(CARD, "prop-filter").unwrap();
    assert_eq!(at.attribute("name"), Some("FN"));
    for odd in ["<C:prop-filter/>", "<C:prop-filter name=\"FN\" test=\"some\"/>"] {
        assert_eq!(phone.ask("REPORT", "/carddav/directory/", "1", &query(odd, "")).status, 400, "{odd}");
    }
}

#[story]
fn b11_a_card_is_read_in_the_version_of_its_link(t: TestApp) {
    let phone = program(&t, &t.ncp("SN"));
    let (href, tag) = phone.tags().remove(0);
    let new = phone.get(&format!("{href}?version=4.0"));
    assert!(new.text.contains("VERSION:4.0") && new.text.contains("TEL;TYPE=work,voice:"), "{}", new.text);
    assert_eq!(new.header("etag"), Some(tag.as_str()));
    let other = Program(phone.0.with_header("accept", "text/vcard;version=4.0"));
    assert!(other.get(&format!("{href}?version=3.0")).text.contains("VERSION:3.0"), "the link says which");
    assert_eq!(phone.get(&format!("{href}?version=2.1")).refused(400), "bad_query");
}
