//! Drafts that cost much, and people who leave no room for their colleagues (numbers 1, 17 and 19): values that
//! are nested, histories of long texts, answers without end, signs of presence, files and comments of one person, files
//! that strangers have compared; what a contributor learns of the sections of others (number 13), a stranger of a form.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::{answer, answer_history, response_comment, users};
use serde_json::{Value, json};

use super::budgets::{HOUR, count};
use crate::responses::{
    account, answer as answered, begin, complete, contributor, coordinator, given, open, publish, question, round,
    step, submit, text, write,
};
use crate::support::browser::Browser;
use crate::support::{Expect as _, Person, TestApp, story};

/// A response to so many questions, each of which is answered by a long text: `t0`, `t1`, …
fn long_texts(t: &TestApp, person: &Person, questions: usize) -> String {
    let long = json!({"type": "text", "is_long": true});
    let items: Vec<Value> = (0..questions).map(|number| question(&format!("t{number}"), false, &long)).collect();
    let section = json!({"code": "texts", "title": text("Texts"), "items": items});
    let questionnaire = json!({"languages": ["en", "fr"], "title": text("Survey"), "sections": [section]});
    let version = publish(&t.admin(), "texts", &questionnaire);
    begin(person, &open(t, "texts", version))
}

/// A right text of almost forty thousand bytes, which begins with these characters.
fn long(start: &str) -> Value {
    let rest = "\u{1f6c3}".repeat(10_000 - start.chars().count());
    json!(format!("{start}{rest}"))
}

fn data(list: &Value) -> &[Value] {
    list["data"].as_array().unwrap()
}

#[story]
fn a01_what_is_nested_is_not_even_a_draft(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    let nested: Vec<Value> = (0..3_000).map(|_| json!({"": 1})).collect();
    for (value, code) in [
        (json!(nested[..100]), "wrong_type"),
        (json!(nested), "too_large"),
        (json!([[1]]), "wrong_type"),
        (json!({"a": 1}), "wrong_type"),
        (json!(vec!["x"; 300]), "too_large"),
        (json!("x".repeat(10_000)), "too_large"),
    ] {
        let written = write(&awa, &response, &json!([given("it_strategy", value.clone(), 0)])).expect(200);
        assert_eq!((&written["faults"][0]["code"], &written["stored"]), (&json!(code), &json!([])), "{value}");
    }
    let sheet = awa.get(&response).expect(200);
    assert_eq!((&sheet["answers"], data(&awa.get(&format!("{response}/history")).expect(200)).len()), (&json!([]), 0));
    // What a person types is kept, right or not.
    for (question, value) in [("it_strategy", json!("perhaps")), ("used", json!(["ai", 7])), ("plans", json!("x\u{1}"))]
    {
        let written = write(&awa, &response, &json!([given(question, value.clone(), 0)])).expect(200);
        assert_eq!((&written["stored"][0]["value"], &written["faults"]), (&value, &json!([])));
        assert!(written["stored"][0]["hint"].is_object(), "{written}");
    }
}

/// An earlier release stored whatever was JSON.
#[story]
fn a01_what_was_stored_nested_is_parsed_for_nobody(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    write(&moussa, &response, &json!([given("plans", json!("one"), 0)])).expect(200);
    let nested = format!("[{}]", vec!["{\"\":1}"; 500].join(","));
    t.run(t.portal.db.write(move |conn| {
        diesel::update(answer_history::table).set(answer_history::value.eq(nested.clone())).execute(conn)?;
        diesel::update(answer::table).set(answer::value.eq(nested)).execute(conn)?;
        Ok(())
    }))
    .unwrap();
    assert_eq!(answered(&moussa.get(&response).expect(200), "plans")["value"], Value::Null);
    let history = moussa.get(&format!("{response}/history")).expect(200);
    assert_eq!((data(&history)[0]["value"].clone(), data(&history)[0]["revision"].clone()), (json!(null), json!(1)));
    let check = moussa.get(&format!("{response}/check")).expect(200);
    assert_eq!(check["invalid"], json!([]));
    write(&moussa, &response, &json!([given("plans", json!("two"), 1)])).expect(200);
    complete(&moussa, &response);
    submit(&moussa, &response);
}

#[story]
fn a17_all_answers_of_a_response_have_room_for_so_much_together(t: TestApp) {
    let awa = t.ncp("SN");
    let response = long_texts(&t, &awa, 60);
    let mut stored = 0;
    for batch in 0..3 {
        let answers: Vec<Value> =
            (0..20).map(|number| given(&format!("t{}", batch * 20 + number), long(""), 0)).collect();
        let written = write(&awa, &response, &json!(answers)).expect(200);
        stored += written["stored"].as_array().unwrap().len();
        assert!(written["faults"].as_array().unwrap().iter().all(|fault| fault["code"] == "response_full"), "{batch}");
    }
    assert_eq!(stored, 52, "two megabytes");
    let full = write(&awa, &response, &json!([given("t59", json!("short"), 0)])).expect(200);
    assert_eq!(full["stored"][0]["value"], "short", "what fits is stored");
    // A shorter answer makes room.
    write(&awa, &response, &json!([given("t0", json!(""), 1)])).expect(200);
    let written = write(&awa, &response, &json!([given("t58", long(""), 0)])).expect(200);
    assert_eq!(written["faults"], json!([]));
}

#[story]
fn a17_a_page_of_a_history_has_a_bound_of_bytes(t: TestApp) {
    let awa = t.ncp("SN");
    let response = long_texts(&t, &awa, 1);
    for revision in 0..15 {
        write(&awa, &response, &json!([given("t0", long(&format!("{revision:02}")), revision)])).expect(200);
    }
    let mut numbers = Vec::new();
    let mut path = format!("{response}/history?question=t0");
    loop {
        let answer = awa.get(&path);
        assert!(answer.text.len() < 600_000, "{}", answer.text.len());
        let page = answer.expect(200);
        numbers.push(data(&page).iter().map(|entry| entry["number"].as_i64().unwrap()).collect::<Vec<_>>());
        let Some(next) = page["next"].as_i64() else { break };
        path = format!("{response}/history?question=t0&before={next}");
    }
    assert_eq!(numbers, [(3..=15).rev().collect::<Vec<i64>>(), vec![2, 1]], "nothing is left out");
}

#[story]
fn a17_the_export_of_a_person_has_a_bound_of_bytes(t: TestApp) {
    let awa = t.ncp("SN");
    let response = long_texts(&t, &awa, 20);
    for revision in 0..11 {
        let answer = |number| given(&format!("t{number}"), long(&format!("{revision:02}")), revision);
        let written = write(&awa, &response, &(0..20).map(answer).collect()).expect(200);
        assert_eq!(written["stored"].as_array().unwrap().len(), 20);
    }
    let export = awa.get("/me/export").expect(200);
    let answers = export["survey_answers"].as_array().unwrap();
    assert_eq!((answers.len(), &export["cut"]), (209, &json!(["survey_answers"])), "eight megabytes of nine");
    let newest = answers.iter().take(20).all(|answer| answer["value"].as_str().unwrap().starts_with("\"10"));
    assert!(newest, "the newest first");
}

#[story("storage.file_limit=65536", "throttle.upload_kib_per_hour=100")]
fn a17_what_answers_add_to_the_history_is_charged(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = long_texts(&t, &awa, 3);
    let first = json!([given("t0", long("a"), 0)]);
    write(&awa, &response, &first).expect(200);
    write(&awa, &response, &json!([given("t0", long("b"), 1)])).expect(200);
    let refused = write(&awa, &response, &json!([given("t0", long("c"), 2)]));
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    assert_eq!(refused.refused(429), "too_many_changes");
    // What changes nothing adds nothing.
    write(&awa, &response, &json!([given("t0", long("b"), 2)])).expect(200);
    write(&moussa, &response, &json!([given("t1", long("a"), 0)])).expect(200);
    t.pass(HOUR);
    write(&t.login(&awa.email), &response, &json!([given("t0", long("c"), 2)])).expect(200);
}

#[story]
fn a17_a_key_keeps_no_copy_of_the_answers(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    let keyed = awa.with_header("idempotency-key", "once");
    let change = json!([given("plans", json!("a strategy of our own"), 0)]);
    let first = write(&keyed, &response, &change).expect(200);
    let again = write(&keyed, &response, &change);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(200), first);
    assert_eq!(count(&t, "SELECT count(*) AS n FROM idempotency WHERE body LIKE '%a strategy of our own%'"), 0);
    let other = json!([given("plans", json!("another"), 1)]);
    assert_eq!(write(&keyed, &response, &other).refused(422), "idempotency_key_reused");
    // The answer says what is there now.
    write(&awa, &response, &other).expect(200);
    assert_eq!(write(&keyed, &response, &change).refused(409), "answers_changed");
}

#[story]
fn a19_whoever_goes_back_and_forth_writes_little(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    let sign = |person: &Person, section: &Value| {
        person.post(&format!("{response}/presence"), &json!({"section": section})).expect(200)
    };
    let (tools, papers, none) = (json!("tools"), json!("papers"), Value::Null);
    for section in [&tools, &papers, &none].into_iter().cycle().take(90) {
        sign(&awa, section);
    }
    let metrics = t.portal.metrics.text(&[], &[], "").unwrap();
    let waits = metrics.lines().any(|line| line.starts_with("portal_throttled_total{bucket=\"presence\"}"));
    assert!(waits, "{metrics}");
    // Nobody is refused, and whoever works on is shown soon.
    t.pass(Duration::from_mins(5));
    sign(&awa, &tools);
    assert_eq!(data(&sign(&moussa, &papers))[0]["section"], "tools");
}

#[story]
fn a19_nobody_alone_leaves_no_room_for_files_and_comments_of_others(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    let send = |person: &Person, number: usize| {
        let paper = format!("%PDF-1.7\n% {number}\ntrailer\n<<>>\n%%EOF\n");
        let path = format!("/api/v1{response}/files?question=paper&revision=0");
        person.send("POST", &path, Some(("application/pdf", paper.as_bytes()))).unwrap()
    };
    for number in 0..100 {
        send(&awa, number).expect(200);
    }
    assert_eq!(send(&awa, 100).refused(409), "too_many_own_files");
    send(&moussa, 101).expect(200);

    let (id, now) = (response.trim_start_matches("/responses/").parse::<Id>().unwrap(), t.clock.now());
    let (email, random) = (awa.email.clone(), portal::random::Random::seeded(7));
    t.run(t.portal.db.write(move |conn| {
        let by: Id = users::table.filter(users::email_key.eq(email)).select(users::id).first(conn)?;
        for number in 0..250 {
            diesel::insert_into(response_comment::table)
                .values((
                    response_comment::id.eq(Id::new(now, &random)),
                    response_comment::response_id.eq(id),
                    response_comment::question.eq("plans"),
                    response_comment::written_by.eq(by),
                    response_comment::written_at.eq(now),
                    response_comment::text.eq(number.to_string()),
                ))
                .execute(conn)?;
        }
        Ok(())
    }))
    .unwrap();
    let comment = |person: &Person| {
        person.post(&format!("{response}/comments"), &json!({"question": "plans", "text": "And now?"}))
    };
    assert_eq!(comment(&awa).refused(409), "too_many_own_comments");
    comment(&moussa).expect(201);
}

#[story]
fn a13_what_is_shown_in_other_sections_tells_a_contributor_nothing(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let response = begin(&moussa, &round(&t));
    let path = format!("{response}/assignments");
    let read = moussa.get(&path).header("etag").unwrap().to_owned();
    let assigned = json!({"data": [{"section": "papers", "person": account(&cora)}]});
    moussa.with_header("if-match", &read).put(&path, &assigned).expect(200);
    let shown = |person: &Person| person.get(&response).expect(200)["shown"].clone();
    let before = shown(&cora);
    assert_eq!(before, json!(["paper", "papers", "plans"]));
    write(&moussa, &response, &json!([given("it_strategy", json!("yes"), 0)])).expect(200);
    assert!(shown(&moussa).as_array().unwrap().contains(&json!("staff")));
    assert_eq!(shown(&cora), before, "whether a question of another section is asked now");
}

#[story]
fn a13_who_works_in_other_sections_is_told_to_no_contributor(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let response = begin(&moussa, &round(&t));
    let assigned = json!({"data": [{"section": "papers", "person": account(&cora)}]});
    moussa.with_header("if-match", "*").put(&format!("{response}/assignments"), &assigned).expect(200);
    complete(&moussa, &response);
    step(&moussa, &response, "request-review").expect(200);
    let own = |person: &Person| person.get(&response).expect(200)["response"].clone();
    let (led, told) = (own(&moussa), own(&cora));
    for field in ["last_edited", "review_requested"] {
        assert_eq!((&led[field]["by"]["name"], &told[field]), (&json!("Moussa Ba"), &Value::Null), "{field}");
    }
    step(&moussa, &response, "approve").expect(200);
    assert_eq!((&own(&moussa)["approved"]["by"]["name"], &own(&cora)["approved"]), (&json!("Moussa Ba"), &Value::Null));
    write(&moussa, &response, &json!([given("it_strategy", json!("yes"), 1)])).expect(200);
    let (led, told) = (own(&moussa), own(&cora));
    assert_eq!((&led["approval_cancelled_cause"], &told["approval_cancelled_cause"]), (&json!("edited"), &Value::Null));
    assert_eq!((&told["state"], &told["approval_cancelled"]), (&json!("in_review"), &Value::Null));
}

/// A body that is no form at all: of whoever may not send one, nothing is said about it.
#[story]
fn a01_a_form_is_not_read_before_its_sender_is_let_in(t: TestApp) {
    let (moussa, stranger) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("KE"));
    let response = begin(&moussa, &round(&t));
    let nowhere = "01a230ef-a00d-738a-90c9-551aad34b9c6";
    let (mut theirs, mut own) = (Browser::of(&t, &stranger), Browser::of(&t, &moussa));
    let status = |browser: &mut Browser, path: &str| {
        browser.send_body("POST", path, Some(("text/plain", b"a=b".as_slice()))).status
    };
    let of_response = [
        "sections/tools",
        "sections/tools/autosave",
        "sections/tools/presence",
        "comments/plans",
        "assignments",
        "request-review",
    ];
    for path in of_response.map(|path| format!("{response}/{path}")) {
        assert_eq!((status(&mut theirs, &path), status(&mut own, &path)), (404, 415), "{path}");
    }
    for path in [format!("/rounds/{nowhere}/extension-requests/new"), "/surveys/nothere/versions/1/preview".to_owned()]
    {
        assert_eq!(status(&mut own, &path), 404, "{path}");
    }
}

/// Compares a file with a receipt as a program without a login does; returns the answer.
fn compare(t: &TestApp, sha256: &str, content: &[u8]) -> String {
    let head = "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n";
    let body = [head.as_bytes(), content, b"\r\n--b0--\r\n"].concat();
    let head = format!(
        "POST /receipts/{sha256} HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\naccept: text/html\r\n\
         content-type: multipart/form-data; boundary=b0\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let mut request = head.into_bytes();
    // In pieces, so that boundaries are cut.
    for piece in body.chunks(33) {
        request.extend(format!("{:x}\r\n", piece.len()).into_bytes());
        request.extend(piece);
        request.extend(b"\r\n");
    }
    request.extend(b"0\r\n\r\n");
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[story]
fn a01_files_that_strangers_have_compared_are_not_kept_and_have_a_budget(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let receipt = submit(&moussa, &response);
    let sha256 = receipt["sha256"].as_str().unwrap();
    let file = moussa.get(&format!("{response}/submissions/1"));
    let same = compare(&t, sha256, &file.bytes);
    assert!(same.starts_with("HTTP/1.1 200") && same.contains("exactly what this receipt is about"), "{same}");
    let other = compare(&t, sha256, b"{}");
    assert!(other.starts_with("HTTP/1.1 200") && other.contains("not what this receipt is about"), "{other}");
    // Without a length the greatest one is charged: two megabytes of sixty-four an hour.
    let answers: Vec<String> = (0..32).map(|_| compare(&t, sha256, b"{}")).collect();
    let refused = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 429")).count();
    assert_eq!(refused, 3, "31 fit, and two of them were before");
    // What people of the same network hand in has another budget.
    step(&moussa, &response, "reopen").expect(200);
    let path = format!("/api/v1{response}/files?question=paper&revision=0");
    let paper = b"%PDF-1.7\n% A strategy\ntrailer\n<<>>\n%%EOF\n".as_slice();
    moussa.send("POST", &path, Some(("application/pdf", paper))).unwrap().expect(200);
}
