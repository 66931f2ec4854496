//! Places of feeds and lists that a client hands back: what they tell of changes that their reader does not see (number
//! 22).

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::address_book::{program, propfind, sync};
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Reads the feed to its end: of each page how many changes it has, and the place after it.
fn pages(reader: &Person, query: &str) -> Vec<(usize, String)> {
    let (mut pages, mut from) = (Vec::new(), String::new());
    loop {
        let page = reader.get(&format!("/changes?{query}{from}")).expect(200);
        pages.push((page["data"].as_array().unwrap().len(), page["since"].as_str().unwrap().to_owned()));
        match page["page"]["next_cursor"].as_str() {
            Some(next) => from = format!("&cursor={next}"),
            None => return pages,
        }
    }
}

/// Changes that only the Secretariat sees: a telephone for the Secretariat, and a contact of a hidden member.
fn change_what_is_hidden(awa: &Person, wanjiru: &Person, number: usize) {
    awa.patch("/me", &json!({"phone": format!("+221 77 000 00 0{number}")})).expect(200);
    wanjiru.patch("/me", &json!({"job_title": format!("Director {number}")})).expect(200);
}

/// A person whose telephone is for the Secretariat, and a person of a hidden member.
fn two_with_secrets(t: &TestApp) -> (Person, Person) {
    let awa = t.member(&Application::new("SN", "Awa Diop"));
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    awa.patch("/me", &json!({"phone_audience": "secretariat"})).expect(200);
    let admin = t.admin();
    let tag = admin.get("/members/KE").header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch("/members/KE", &json!({"status": "hidden"})).expect(200);
    change_what_is_hidden(&awa, &wanjiru, 1);
    (awa, wanjiru)
}

#[story]
fn a22_no_place_and_no_page_of_the_feed_counts_what_is_hidden(t: TestApp) {
    let (awa, wanjiru) = two_with_secrets(&t);
    let reader = t.ncp("FR");
    let before = pages(&reader, "limit=100");
    let place = |pages: &[(usize, String)]| pages.last().unwrap().1.clone();
    let start = place(&before);
    for number in 2..5 {
        change_what_is_hidden(&awa, &wanjiru, number);
        assert_eq!(pages(&reader, "limit=100"), before, "whoever reads from the beginning learns nothing");
        // Nor does a reader who continues, even row by row.
        assert_eq!(pages(&reader, &format!("limit=1&since={start}")), [(0, start.clone())]);
    }
    awa.patch("/me", &json!({"job_title": "Director"})).expect(200);
    change_what_is_hidden(&awa, &wanjiru, 6);
    let told = pages(&reader, &format!("limit=1&since={start}"));
    assert_eq!(told.iter().map(|(rows, _)| *rows).collect::<Vec<_>>(), [1, 0], "what is seen is told");
    assert_eq!(told[0].1, told[1].1, "and the place is that of what was told");
    assert!(told[0].1 != start && told[0].1.len() == start.len());
    // The Secretariat sees all of it.
    let admin = t.admin();
    let since = place(&pages(&admin, "limit=100"));
    change_what_is_hidden(&awa, &wanjiru, 7);
    assert!(pages(&admin, &format!("limit=100&since={since}"))[0].0 > 0);
}

#[story]
fn a22_no_tag_and_no_token_of_an_address_book_counts_what_is_hidden(t: TestApp) {
    let (awa, wanjiru) = two_with_secrets(&t);
    let phone = program(&t, &t.ncp("FR"));
    let tags = propfind("<D:sync-token/><S:getctag xmlns:S=\"http://calendarserver.org/ns/\"/>");
    let text = |answer: Answer| {
        assert_eq!(answer.status, 207, "{}", answer.text);
        answer.text
    };
    let shown = || text(phone.ask("PROPFIND", "/carddav/directory/", "0", &tags));
    let first = || text(phone.ask("REPORT", "/carddav/directory/", "0", &sync("", 1_000)));
    let token = |text: &str| -> String {
        let (_, rest) = text.split_once("urn:portal:sync:").expect("a token");
        format!("urn:portal:sync:{}", rest.split('<').next().unwrap())
    };
    let (known, copy) = (shown(), first());
    // A reader of one card at a time gets no empty page for an invisible change.
    let next = || text(phone.ask("REPORT", "/carddav/directory/", "0", &sync(&token(&copy), 1)));
    let nothing = next();
    assert!(!nothing.contains("507") && token(&nothing) == token(&copy), "{nothing}");
    for number in 2..5 {
        change_what_is_hidden(&awa, &wanjiru, number);
        assert_eq!((shown(), first(), next()), (known.clone(), copy.clone(), nothing.clone()));
    }
    awa.patch("/me", &json!({"job_title": "Director"})).expect(200);
    assert!(shown() != known && token(&first()) != token(&copy) && next() != nothing, "what is seen is told");
}

#[story]
fn a22_nobody_reads_a_place_of_a_list(t: TestApp) {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    t.seed(10);
    let reader = t.ncp("FR");
    for path in ["/contacts?limit=2", "/members?limit=2", "/contacts?limit=2&sort=-updated_at"] {
        let page = reader.get(path).expect(200);
        let cursor = page["page"]["next_cursor"].as_str().unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
        // Keys are a list of texts, and would follow a tag or a nonce.
        let is_read = [0, 12, 16].iter().any(|&from| serde_json::from_slice::<Value>(&bytes[from..]).is_ok());
        assert!(!is_read, "{path}: {cursor}");
        let again = reader.get(path).expect(200);
        assert_eq!(again["page"]["next_cursor"], cursor, "the same place is the same text");
        let rest: Value = reader.get(&format!("{path}&cursor={cursor}")).expect(200);
        assert_ne!(rest["data"][0], page["data"][0]);
    }
}
