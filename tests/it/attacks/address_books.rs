//! What a program of an address book takes: large answers, searches over the whole book, and what these tell (numbers 4
//! and 19).

use std::time::Duration;

use portal::db::Id;

use crate::support::address_book::{condition, multiget, program, propfind, query, responses, sync};
use crate::support::{Application, Expect as _, Person, TestApp, story};

const BOOK: &str = "/carddav/directory/";

fn id_of(person: &Person) -> Id {
    person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap()
}

#[story]
fn a04_large_answers_of_an_address_book_are_few_at_once(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    t.seed(700);
    let (phone, others) = (program(&t, &awa), program(&t, &marie));
    let tags = phone.tags();
    let hrefs: Vec<&str> = tags.iter().map(|(href, _)| href.as_str()).collect();
    let nobody = "<C:prop-filter name=\"FN\"><C:text-match>nobody at all</C:text-match></C:prop-filter>";
    let large = [
        ("PROPFIND", propfind("<D:getetag/>")),
        ("REPORT", multiget(&hrefs)),
        ("REPORT", sync("", 1_000)),
        ("REPORT", query("", "")),
        // A short answer, for which the whole book is read.
        ("REPORT", query(nobody, "")),
    ];
    let under_way: Vec<_> = (0..4).map(|_| t.portal.heavy_work.stream(id_of(&awa)).unwrap()).collect();
    for (method, body) in &large {
        let refused = phone.ask(method, BOOK, "1", body);
        assert!(refused.header("retry-after").is_some(), "{body}");
        assert_eq!(refused.refused(429), "work_under_way", "{body}");
        assert_eq!(others.ask(method, BOOK, "1", body).status, 207, "others go on: {body}");
    }
    // Small requests still work.
    assert_eq!(phone.ask("PROPFIND", BOOK, "0", "").status, 207);
    assert_eq!(phone.report(&multiget(&hrefs[..2])).len(), 2);
    assert_eq!(phone.ask("REPORT", BOOK, "0", &sync("", 10)).status, 207);
    drop(under_way);
    for (method, body) in large.iter().chain(&large) {
        assert_eq!(phone.ask(method, BOOK, "1", body).status, 207, "one after the other: {body}");
    }
}

/// More cards than are listed at once: a search goes through them, and keeps the matching ones.
#[story]
fn a04_a_search_reads_a_large_book_in_pieces(t: TestApp) {
    let phone = program(&t, &t.ncp("SN"));
    t.seed(10_100);
    let by_name = |name: &str| {
        let filter = format!(
            "<C:prop-filter name=\"FN\"><C:text-match match-type=\"equals\">{name}</C:text-match></C:prop-filter>"
        );
        phone.report(&query(&filter, ""))
    };
    assert_eq!(by_name("nobody at all").len(), 0);
    assert!(by_name("Awa Diop").iter().any(|card| card.text("address-data").contains("EMAIL")));
    let listed = phone.ask("PROPFIND", BOOK, "1", &propfind("<D:getetag/>"));
    assert_eq!(condition(&listed, 507), "number-of-matches-within-limits");
    let all = phone.ask("REPORT", BOOK, "1", &query("", "").replace("<C:address-data/>", ""));
    let answered = |what: &str| all.text.matches(what).count();
    assert_eq!((all.status, answered("<D:getetag>"), answered("507 Insufficient Storage")), (207, 10_000, 1));
}

#[story("directory.seen_per_day=30")]
fn a19_a_search_counts_whom_it_names(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(9);
    let phone = program(&t, &awa);
    let ask = |filter: &str| {
        let body = query(filter, "").replace("<C:address-data/>", "");
        phone.ask("REPORT", BOOK, "1", &body)
    };
    let on = |tests: &str| format!("<C:prop-filter name=\"FN\">{tests}</C:prop-filter>");
    let everybody = on("<C:text-match></C:text-match>");
    for _ in 0..3 {
        assert_eq!(responses(&ask(&everybody)).len(), 10);
    }
    let refused = ask(&everybody);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.refused(429), "seen_enough");
    assert_eq!(awa.get("/contacts?limit=1").refused(429), "seen_enough", "it is one budget");
    for telling in [
        on("<C:text-match negate-condition=\"yes\">zz</C:text-match>"),
        "<C:prop-filter name=\"TEL\"/>".to_owned(),
        "<C:prop-filter name=\"EMAIL\"><C:is-not-defined/></C:prop-filter>".to_owned(),
        "<C:prop-filter name=\"TEL\"><C:param-filter name=\"TYPE\"/></C:prop-filter>".to_owned(),
    ] {
        assert_eq!(ask(&telling).refused(429), "seen_enough", "{telling}");
    }
    // Updating a copy still works, and so do requests that reveal nothing about people.
    assert_eq!(phone.tags().len(), 10);
    assert_eq!(phone.ask("REPORT", BOOK, "0", &sync("", 50)).status, 207);
    for open in [String::new(), on("")] {
        assert_eq!(responses(&ask(&open)).len(), 10, "{open}");
    }
    t.pass(Duration::from_hours(25));
    // A search without a result has revealed that, too.
    let nobody = on("<C:text-match>nobody at all</C:text-match>");
    for _ in 0..30 {
        assert_eq!(responses(&ask(&nobody)).len(), 0);
    }
    assert_eq!(ask(&nobody).refused(429), "seen_enough");
}

#[story("directory.export_per_day=20", "directory.seen_per_day=30")]
fn a19_a_search_that_asks_for_cards_counts_as_taken(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(9);
    let phone = program(&t, &awa);
    let ask = |text: &str| {
        let filter = format!("<C:prop-filter name=\"FN\"><C:text-match>{text}</C:text-match></C:prop-filter>");
        phone.ask("REPORT", BOOK, "1", &query(&filter, ""))
    };
    for _ in 0..2 {
        assert_eq!(responses(&ask("")).len(), 10);
    }
    // No contact is exported, but the answer reveals something: their number, and that there are none.
    assert_eq!(ask("").refused(429), "quota_used");
    for _ in 0..16 {
        assert_eq!(responses(&ask("nobody at all")).len(), 0);
    }
    // The same for files.
    for _ in 0..2 {
        assert_eq!(awa.get("/contacts.csv").refused(429), "quota_used");
    }
    assert_eq!(awa.get("/contacts.csv").refused(429), "seen_enough");
    assert_eq!(ask("nobody at all").refused(429), "seen_enough");
}
