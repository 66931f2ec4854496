//! Spellings that native readers treat as equal find each other, after exact matches (number 16).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

/// A person whose address does not contain the name.
fn somebody(t: &TestApp, member: &str, name: &str, local: &str) -> Person {
    let email = format!("{local}@customs-{}.example", member.to_lowercase());
    t.member(&Application { email, ..Application::new(member, name) })
}

fn escaped(search: &str) -> String {
    url::form_urlencoded::byte_serialize(search.as_bytes()).collect()
}

fn names(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[story]
fn b16_spelling_variants_find_each_other(t: TestApp) {
    let reader = t.ncp("SN");
    let people = [
        ("DE", "Jürgen Müller"),
        ("AT", "Anna Mueller"),
        ("DK", "Søren Østergård"),
        ("NO", "Nils Oestergaard"),
        ("RU", "Фёдор Королёв"),
        ("KZ", "Федор Королев"),
        ("UA", "Дем’ян Ґалаґан"),
        ("EG", "أحمد إبراهيم"),
        ("JO", "احمد ابراهيم"),
        ("KR", "김철수"),
        ("IE", "Sean O’Brien"),
    ];
    for (number, (member, name)) in people.into_iter().enumerate() {
        somebody(&t, member, name, &format!("p{number}"));
    }
    for (search, found) in [
        ("Müller", &["Jürgen Müller", "Anna Mueller"][..]),
        ("MUELLER", &["Anna Mueller", "Jürgen Müller"]),
        ("muell", &["Anna Mueller", "Jürgen Müller"]),
        ("juergen mueller", &["Jürgen Müller"]),
        ("Ｍüller", &["Jürgen Müller", "Anna Mueller"]),
        ("Østergård", &["Søren Østergård", "Nils Oestergaard"]),
        ("Oestergaard", &["Nils Oestergaard", "Søren Østergård"]),
        ("Östergaard", &["Nils Oestergaard", "Søren Østergård"]),
        ("Королёв", &["Фёдор Королёв", "Федор Королев"]),
        ("Федор Королев", &["Федор Королев", "Фёдор Королёв"]),
        ("fedor", &["Федор Королев", "Фёдор Королёв"]),
        ("Демян", &["Дем’ян Ґалаґан"]),
        ("Дем'ян Галаган", &["Дем’ян Ґалаґан"]),
        ("أحمد", &["أحمد إبراهيم", "احمد ابراهيم"]),
        ("احـمد", &["احمد ابراهيم", "أحمد إبراهيم"]),
        ("김 철수", &["김철수"]),
        ("철수", &["김철수"]),
        ("OBrien", &["Sean O’Brien"]),
        ("o'brien", &["Sean O’Brien"]),
    ] {
        let answer = reader.get(&format!("/contacts?total=true&q={}", escaped(search))).expect(200);
        assert_eq!((names(&answer), &answer["total"]), (found.to_vec(), &json!(found.len())), "{search}");
        for row in answer["data"].as_array().unwrap() {
            let why = format!("name:{}", row["name"].as_str().unwrap());
            assert!(row["matched"].as_array().unwrap().contains(&json!(why)), "{search}: {row}");
        }
    }
    for in_vain in ["Andersson", "Мюлнер", "박철수", "Östergaarden"] {
        let answer = reader.get(&format!("/contacts?q={}", escaped(in_vain))).expect(200);
        assert_eq!(names(&answer), Vec::<&str>::new(), "{in_vain}");
    }
}

#[story]
fn b16_the_word_as_it_was_typed_comes_first_on_every_page(t: TestApp) {
    let reader = t.ncp("SN");
    let people = [("DE", "Zoe Müller"), ("CH", "Yan Müller"), ("AT", "Anna Mueller"), ("LU", "Bert Mueller")];
    for (number, (member, name)) in people.into_iter().enumerate() {
        somebody(&t, member, name, &format!("p{number}"));
        t.pass(Duration::from_secs(1));
    }
    for (sort, found) in [
        ("name", ["Yan Müller", "Zoe Müller", "Anna Mueller", "Bert Mueller"]),
        ("-updated_at", ["Yan Müller", "Zoe Müller", "Bert Mueller", "Anna Mueller"]),
        // Germany, Switzerland; Austria, Luxembourg.
        ("member", ["Zoe Müller", "Yan Müller", "Anna Mueller", "Bert Mueller"]),
    ] {
        for limit in [1, 2, 3, 4] {
            let (mut met, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/contacts?q=M%C3%BCller&sort={sort}&limit={limit}{cursor}");
                let page = reader.get(&path).expect(200);
                met.extend(names(&page).into_iter().map(str::to_owned));
                match page["page"]["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(met, found, "{sort}, {limit} a page");
        }
    }
    let counted = reader.get("/contacts?q=M%C3%BCller&total=true&facets=member&limit=1").expect(200);
    assert_eq!((&counted["total"], counted["facets"]["member"].as_array().unwrap().len()), (&json!(4), 4));
    let sheet = reader.get("/contacts.csv?q=mueller").text;
    let place = |name: &str| sheet.find(name).unwrap_or_else(|| panic!("{name} in {sheet}"));
    assert!(place("Bert Mueller") < place("Yan Müller"));
}

#[story]
fn b16_members_are_found_in_any_spelling_of_their_names(t: TestApp) {
    let reader = t.ncp("SN");
    somebody(&t, "AT", "Anna Gruber", "anna");
    for (search, code) in [("Oesterreich", "AT"), ("Österreich", "AT"), ("Tuerkiye", "TR"), ("كينيا", "KE")] {
        let found = reader.get(&format!("/members?q={}", escaped(search))).expect(200);
        assert_eq!(found["data"][0]["code"], code, "{search}");
    }
    for search in ["oesterreich", "Österreich", "oesterr"] {
        let found = reader.get(&format!("/contacts?q={}", escaped(search))).expect(200);
        assert_eq!(names(&found), ["Anna Gruber"], "{search}");
    }
}

#[story]
fn b16_a_variant_is_seen_by_whom_the_word_is_seen(t: TestApp) {
    let (awa, haruto) = (t.ncp("SN"), t.member(&Application::new("JP", "Haruto Tanaka")));
    let finds = |who: &Person| {
        let found = who.get("/contacts?q=groessen&total=true").expect(200);
        assert_eq!(found["total"], found["data"].as_array().unwrap().len());
        !names(&found).is_empty()
    };
    assert!(!finds(&awa) && !finds(&haruto));
    awa.patch("/me", &json!({"job_title": "Größen", "job_title_audience": "organisation"})).expect(200);
    assert!(finds(&awa) && !finds(&haruto));
    awa.patch("/me", &json!({"job_title_audience": "members"})).expect(200);
    assert!(finds(&awa) && finds(&haruto));
    awa.patch("/me", &json!({"job_title": "Director"})).expect(200);
    assert!(!finds(&awa) && !finds(&haruto), "a word does not outlive its entry");
}

#[story]
fn b16_words_of_an_older_portal_get_their_variants_once_it_has_started(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::{contact, contact_set, contact_word};
    let reader = t.ncp("SN");
    somebody(&t, "RU", "Фёдор Ильин", "p1");
    t.seed(30);
    let all = reader.all("/contacts");
    let find = |search: &str| {
        let answer = reader.get(&format!("/contacts?q={}", escaped(search))).expect(200);
        names(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(find("Федор"), ["Фёдор Ильин"]);
    t.run(t.portal.db.write(|conn| {
        diesel::update(contact::table).set(contact::word_form.eq(None::<i16>)).execute(conn)?;
        diesel::delete(contact_set::table.filter(contact_set::key.like("word:%.%"))).execute(conn)?;
        diesel::delete(contact_word::table.filter(contact_word::word.eq("fedor"))).execute(conn)?;
        Ok(())
    }))
    .unwrap();
    assert_eq!((find("Федор"), find("Фёдор")), (Vec::new(), vec!["Фёдор Ильин".to_owned()]));
    while t.run(t.portal.db.write(portal::directory::index_missing)).unwrap() {}
    assert_eq!((find("Федор"), find("fedor")), (vec!["Фёдор Ильин".to_owned()], vec!["Фёдор Ильин".to_owned()]));
    assert_eq!(find("fedr"), ["Фёдор Ильин"], "a variant with a letter missing");
    assert_eq!(reader.all("/contacts"), all);
}
