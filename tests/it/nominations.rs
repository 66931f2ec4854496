//! Nominations and their letters: who reads and writes them, which files are accepted, and that no file is left behind.

use std::collections::BTreeSet;
use std::time::Duration;

use portal::db::Id;
use portal::demo::client::Answer;
use portal::error::{Error, ProblemCode};
use portal::nominations;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const LETTER: &[u8] = b"%PDF-1.7\n% The Director General nominates Awa Diop\ntrailer\n<<>>\n%%EOF\n";
const OTHER: &[u8] = b"%PDF-1.4\n% A later letter\ntrailer\n<<>>\n%%EOF\n";

/// A person who applied, verified the address, and waits; logged in.
fn applicant(t: &TestApp) -> Person {
    let application = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&application);
    t.login(&application.email)
}

fn coordinator(t: &TestApp, member: &str) -> Person {
    let application = Application { role: "coordinator", ..Application::new(member, "Wanjiru Kamau") };
    t.member(&application)
}

/// The path of a person's only nomination.
fn place(person: &Person) -> String {
    let me = person.get("/me").expect(200);
    format!("/appointments/{}/nomination", me["appointments"][0]["id"].as_str().unwrap())
}

fn appointment(place: &str) -> Id {
    place.split('/').nth(2).unwrap().parse().unwrap()
}

/// The tag that the next write must name.
fn tag(person: &Person, place: &str) -> String {
    let answer = person.get(place);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.header("etag").unwrap().to_owned()
}

fn put(person: &Person, place: &str, tag: &str, form: &Value) -> Answer {
    person.with_header("if-match", tag).json("PUT", place, form).unwrap()
}

fn send(person: &Person, place: &str, tag: &str, media_type: &str, content: &[u8]) -> Answer {
    let path = format!("/api/v1{place}/letter?name=Lettre%20de%20d%C3%A9signation.pdf");
    person.with_header("if-match", tag).send("PUT", &path, Some((media_type, content))).unwrap()
}

fn upload(person: &Person, place: &str, content: &[u8]) -> Value {
    send(person, place, &tag(person, place), "application/pdf", content).expect(200)
}

fn files(t: &TestApp) -> BTreeSet<String> {
    let entries = std::fs::read_dir(t.files()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn keep_house(t: &TestApp) {
    t.run(t.portal.run_maintenance_once()).unwrap();
}

#[story]
fn an_applicant_hands_in_a_letter_until_the_case_is_decided(t: TestApp) {
    let awa = applicant(&t);
    let place = place(&awa);
    put(&awa, &place, &tag(&awa, &place), &json!({"official": "Director General"})).expect(200);
    let nomination = upload(&awa, &place, LETTER);
    assert_eq!(nomination["official"], "Director General", "a letter changes nothing else");
    assert_eq!(nomination["letter"]["name"], "Lettre de désignation.pdf");
    assert_eq!(nomination["letter"]["size"], LETTER.len());
    upload(&awa, &place, OTHER);
    assert_eq!(awa.get(&format!("{place}/letter")).refused(403), "coordinators_only", "it names a third person");

    let admin = t.admin();
    let waiting = admin.get("/registrations").expect(200);
    let id = waiting["data"][0]["id"].as_str().unwrap();
    admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    let known = tag(&admin, &place);
    assert_eq!(awa.get(&place).refused(404), "not_found");
    assert_eq!(put(&awa, &place, &known, &json!({"official": "Myself"})).refused(404), "not_found");
    assert_eq!(send(&awa, &place, &known, "application/pdf", LETTER).refused(404), "not_found");
    let remove = awa.with_header("if-match", &known).delete(&format!("{place}/letter"));
    assert_eq!(remove.refused(404), "not_found");
    assert_eq!(admin.get(&format!("{place}/letter")).text.as_bytes(), OTHER);
}

#[story]
fn officers_alone_read_a_letter(t: TestApp) {
    let awa = t.ncp("SN");
    let (own, distant) = (coordinator(&t, "SN"), coordinator(&t, "KE"));
    let colleague = t.member(&Application::new("SN", "Moussa Ndiaye"));
    let place = place(&awa);
    let letter = format!("{place}/letter");
    upload(&own, &place, LETTER);
    for officer in [&own, &t.admin()] {
        assert_eq!(officer.get(&letter).text.as_bytes(), LETTER);
        officer.get(&place).expect(200);
    }
    let known = tag(&own, &place);
    for stranger in [&distant, &colleague, &awa] {
        assert_eq!(stranger.get(&place).refused(404), "not_found");
        assert_eq!(put(stranger, &place, &known, &json!({"official": "x"})).refused(404), "not_found");
        assert_eq!(send(stranger, &place, &known, "application/pdf", LETTER).refused(404), "not_found");
    }
    assert_eq!(distant.get(&letter).refused(404), "not_found");
    assert_eq!(colleague.get(&letter).refused(403), "coordinators_only");
    t.set_up("unproven@portal.example", "Unproven");
    let unproven = t.login("unproven@portal.example");
    assert_eq!(unproven.get(&letter).refused(403), "mfa_required");
    assert_eq!(unproven.get(&place).refused(403), "mfa_required");
    assert_eq!(put(&unproven, &place, &known, &json!({"official": "x"})).refused(403), "mfa_required");
    let nobody = "/appointments/01890a5d-ac96-774b-bcce-b302099a8057/nomination";
    assert_eq!(t.admin().get(nobody).refused(404), "not_found");
}

#[story]
fn nobody_writes_evidence_in_the_own_case(t: TestApp) {
    let own = coordinator(&t, "SN");
    let place = place(&own);
    let known = tag(&own, &place);
    assert_eq!(put(&own, &place, &known, &json!({"official": "Myself"})).refused(404), "not_found");
    assert_eq!(send(&own, &place, &known, "application/pdf", LETTER).refused(404), "not_found");
    upload(&t.admin(), &place, LETTER);
    assert_eq!(own.get(&format!("{place}/letter")).text.as_bytes(), LETTER, "it is a coordinator's to read");
}

#[story]
fn a_nomination_is_written_from_what_was_read(t: TestApp) {
    let place = place(&t.ncp("SN"));
    let admin = t.admin();
    let first = tag(&admin, &place);
    let applied = admin.get(&place).expect(200);
    assert_eq!((&applied["official"], &applied["reference"]), (&json!("Director General"), &json!("DG/2026/17")));
    let nothing = admin.get(&self::place(&admin)).expect(200);
    assert!(nothing.as_object().unwrap().values().all(Value::is_null), "nobody nominates the Secretariat: {nothing}");
    let form = json!({"official": "  Directeur   général ", "reference": "DGD/2026/17", "dated": "2026-01-30"});
    assert_eq!(admin.json("PUT", &place, &form).unwrap().refused(428), "if_match_required");
    assert_eq!(put(&admin, &place, "\"other\"", &form).refused(412), "changed_meanwhile");
    let written = put(&admin, &place, &first, &form);
    let second = written.header("etag").unwrap().to_owned();
    let nomination = written.expect(200);
    assert_eq!(nomination["official"], "Directeur général");
    assert_eq!((&nomination["reference"], &nomination["dated"]), (&json!("DGD/2026/17"), &json!("2026-01-30")));
    assert_eq!(admin.with_header("if-none-match", &second).get(&place).status, 304);
    assert_eq!(send(&admin, &place, &first, "application/pdf", LETTER).refused(412), "changed_meanwhile");
    let missing = admin.send("PUT", &format!("/api/v1{place}/letter"), Some(("application/pdf", LETTER))).unwrap();
    assert_eq!(missing.refused(428), "if_match_required");
    // Omitted fields are deleted.
    let left = put(&admin, &place, &second, &json!({"official": "Minister"})).expect(200);
    assert!(left["reference"].is_null() && left["dated"].is_null());
    let gone = admin.with_header("if-match", &tag(&admin, &place)).delete(&format!("{place}/letter"));
    assert_eq!(gone.refused(404), "not_found");
}

#[story]
fn of_two_who_write_at_once_one_finds_out(t: TestApp) {
    let place = place(&t.ncp("SN"));
    let admin = t.admin();
    let known = tag(&admin, &place);
    let mut outcomes: Vec<u16> = std::thread::scope(|scope| {
        let write = |name: &'static str| {
            let (admin, place, known) = (&admin, &place, &known);
            scope.spawn(move || put(admin, place, known, &json!({"official": name})).status)
        };
        let writers: Vec<_> = ["One", "Two", "Three", "Four"].into_iter().map(write).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    outcomes.sort_unstable();
    assert_eq!(outcomes, [200, 412, 412, 412]);
}

#[story]
fn what_is_wrong_with_a_nomination_is_named(t: TestApp) {
    let place = place(&t.ncp("SN"));
    let admin = t.admin();
    let known = tag(&admin, &place);
    for (form, pointer, code) in [
        (json!({}), "/official", "missing"),
        (json!({"official": " "}), "/official", "empty"),
        (json!({"official": "x".repeat(201)}), "/official", "too_long"),
        (json!({"official": "DG", "reference": "a\r\nb"}), "/reference", "control_characters"),
        (json!({"official": "DG", "dated": "30/01/2026"}), "/dated", "bad_date"),
        (json!({"official": "DG", "dated": "2027-01-01"}), "/dated", "in_future"),
        (json!({"official": "DG", "letter": null}), "/letter", "unknown_field"),
    ] {
        let answer = put(&admin, &place, &known, &form);
        let fault = answer.json()["errors"][0].clone();
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{}", answer.text);
        assert_eq!(answer.refused(422), "invalid");
    }
    let both = put(&admin, &place, &known, &json!({"official": "", "dated": "soon"}));
    assert_eq!(both.json()["errors"].as_array().unwrap().len(), 2, "all at once");
}

#[story("storage.file_limit=65536")]
fn only_a_letter_is_taken_as_one(t: TestApp) {
    let awa = applicant(&t);
    let place = place(&awa);
    let known = tag(&awa, &place);
    let send = |media_type: &str, content: &[u8]| send(&awa, &place, &known, media_type, content);
    for media_type in ["text/html", "application/zip", "image/svg+xml", "application/json", ""] {
        assert_eq!(send(media_type, LETTER).refused(415), "media_type", "{media_type}");
    }
    let page = b"<!DOCTYPE html><script>fetch('/api/v1/me')</script>".as_slice();
    for (content, media_type, code) in [
        (page.to_vec(), "application/pdf", "letter_kind"),
        ([page, LETTER].concat(), "application/pdf", "letter_kind"),
        (b"PK\x03\x04 an archive".to_vec(), "application/octet-stream", "letter_kind"),
        (Vec::new(), "application/pdf", "letter_kind"),
        (LETTER.to_vec(), "image/png", "letter_mismatch"),
        (LETTER[..40].to_vec(), "application/pdf", "letter_broken"),
    ] {
        let answer = send(media_type, &content);
        assert_eq!(answer.json()["errors"][0]["code"], code, "{}", answer.text);
        assert!(!answer.text.contains("(?)") && !answer.text.contains("unknown"), "{}", answer.text);
        assert_eq!(answer.refused(422), "invalid");
    }
    let large = send("application/pdf", &vec![b' '; 70_000]);
    assert!(large.text.contains("at most 64 KB"), "{}", large.text);
    assert_eq!(large.refused(413), "too_large");
    let path = format!("/api/v1{place}/letter?colour=blue");
    let answer = awa.with_header("if-match", &known).send("PUT", &path, Some(("application/pdf", LETTER))).unwrap();
    assert_eq!(answer.refused(400), "bad_query");
    assert!(files(&t).is_empty(), "what is refused is not stored");
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0IEND\xae\x42\x60\x82";
    assert_eq!(send("application/octet-stream", png).expect(200)["letter"]["type"], "image/png");
}

#[story]
fn a_letter_is_only_ever_a_download(t: TestApp) {
    let awa = applicant(&t);
    let place = place(&awa);
    upload(&awa, &place, LETTER);
    let answer = t.admin().get(&format!("{place}/letter"));
    assert_eq!(answer.text.as_bytes(), LETTER);
    for (header, value) in [
        ("content-type", "application/pdf"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        (
            "content-disposition",
            "attachment; filename=\"Lettre de designation.pdf\"; \
             filename*=UTF-8''Lettre%20de%20d%C3%A9signation.pdf",
        ),
    ] {
        assert_eq!(answer.header(header), Some(value));
    }
    assert!(answer.header("content-security-policy").unwrap().contains("sandbox"));
}

#[story]
fn everything_done_to_a_letter_is_written_down(t: TestApp) {
    let awa = applicant(&t);
    let (place, admin) = (place(&awa), t.admin());
    // Entries of one millisecond have no order.
    let moment = || t.pass(Duration::from_millis(1));
    put(&awa, &place, &tag(&awa, &place), &json!({"official": "Director General"})).expect(200);
    moment();
    let sha256 = upload(&awa, &place, LETTER)["letter"]["sha256"].clone();
    moment();
    assert_eq!(admin.get(&format!("{place}/letter")).status, 200);
    moment();
    admin.with_header("if-match", &tag(&admin, &place)).delete(&format!("{place}/letter")).expect(200);
    let log =
        admin.get("/audit?action=nomination_changed&action=letter_uploaded&action=letter_read&action=letter_deleted");
    let log = log.expect(200);
    let entries = log["data"].as_array().unwrap();
    let actions: Vec<&str> = entries.iter().rev().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["nomination_changed", "letter_uploaded", "letter_read", "letter_deleted"]);
    let (me, administrator) = (awa.get("/me").expect(200), admin.get("/me").expect(200));
    let actors: Vec<&Value> = entries.iter().rev().map(|entry| &entry["actor_id"]).collect();
    assert_eq!(actors, [&me["id"], &me["id"], &administrator["id"], &administrator["id"]]);
    assert!(entries.iter().all(|entry| entry["subject_id"] == me["id"] && entry["organisation_id"].is_string()));
    assert!(entries.iter().all(|entry| entry["detail"]["appointment"] == appointment(&place).to_string()));
    assert_eq!(entries[2]["detail"]["sha256"], sha256);
    assert!(!log.to_string().contains("Director"), "no names: {log}");
}

#[story]
fn letters_rest_sealed_and_none_takes_anothers_place(t: TestApp) {
    let (awa, admin) = (applicant(&t), t.admin());
    let (one, other) = (place(&awa), place(&t.ncp("KE")));
    upload(&awa, &one, LETTER);
    let first = files(&t);
    upload(&admin, &other, OTHER);
    let second = files(&t);
    let path = |names: BTreeSet<String>| t.files().join(names.first().unwrap());
    let (first, second) = (path(first.clone()), path(second.difference(&first).cloned().collect()));
    let sealed = std::fs::read(&first).unwrap();
    assert!(!sealed.windows(4).any(|window| window == b"%PDF" || window == b"Awa "));
    std::fs::copy(&first, &second).unwrap();
    assert_eq!(admin.get(&format!("{one}/letter")).text.as_bytes(), LETTER);
    assert_eq!(admin.get(&format!("{other}/letter")).refused(500), "internal", "not as another's");
}

#[story]
fn no_letter_is_left_behind(t: TestApp) {
    let awa = applicant(&t);
    let place = place(&awa);
    upload(&awa, &place, LETTER);
    let first = files(&t);
    upload(&awa, &place, OTHER);
    let second = files(&t);
    assert_eq!(second.len(), 1, "what was replaced is deleted in the same step");
    assert!(first.is_disjoint(&second));
    // Stored, and then the process dies before a row names it.
    let slot = t.run(t.portal.storage.slot()).unwrap();
    let orphan = t.run(t.portal.storage.put(slot, LETTER)).unwrap().to_string();
    t.pass(Duration::from_mins(50));
    keep_house(&t);
    assert!(files(&t).contains(&orphan), "somebody may still come to name it");
    t.pass(Duration::from_mins(20));
    keep_house(&t);
    assert_eq!(files(&t), second);
    let awa = t.login(&awa.email);
    let removed = awa.with_header("if-match", &tag(&awa, &place)).delete(&format!("{place}/letter")).expect(200);
    assert!(removed["letter"].is_null());
    keep_house(&t);
    assert!(files(&t).is_empty());
    assert_eq!(t.admin().get(&format!("{place}/letter")).refused(404), "not_found");
}

#[story]
fn other_features_record_list_and_forget(t: TestApp) {
    let awa = applicant(&t);
    let place = place(&awa);
    let (id, now) = (appointment(&place), t.clock.now());
    let record = t
        .portal
        .db
        .write(move |conn| nominations::record(conn, id, Some("Minister"), Some("M/7"), Some("2026-01-15"), now));
    t.run(record).unwrap();
    upload(&awa, &place, LETTER);
    assert_eq!(awa.get(&place).expect(200)["dated"], "2026-01-15");
    let kept = t.run(t.portal.db.read(move |conn| nominations::of(conn, id))).unwrap();
    assert_eq!(kept.letter.expect("the letter").name, "Lettre de désignation.pdf");
    t.run(t.portal.db.write(move |conn| nominations::forget(conn, id, now))).unwrap();
    let left = t.run(t.portal.db.read(move |conn| nominations::of(conn, id))).unwrap();
    assert!(left.official.is_none() && left.letter.is_none());
    keep_house(&t);
    assert!(files(&t).is_empty());
}

#[story]
fn a_folder_that_is_gone_is_a_503_and_changes_nothing(t: TestApp) {
    let awa = applicant(&t);
    let place = place(&awa);
    let known = tag(&awa, &place);
    std::fs::remove_dir(t.files()).unwrap();
    let answer = send(&awa, &place, &known, "application/pdf", LETTER);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(answer.refused(503), "storage_unreachable");
    assert_eq!(tag(&awa, &place), known);
    t.pass(Duration::from_hours(25));
    let swept = t.run(t.portal.storage.sweep());
    assert!(matches!(swept, Err(Error::Refused(refusal)) if refusal.code == ProblemCode::StorageUnreachable));
    std::fs::create_dir(t.files()).unwrap();
    t.run(t.portal.storage.sweep()).unwrap();
}

#[story(
    "storage.kind=s3",
    "storage.s3_url=http://127.0.0.1:9",
    "storage.s3_bucket=letters",
    "storage.s3_access_key=key",
    "storage.s3_secret_key=secret"
)]
fn a_bucket_that_does_not_answer_is_a_503(t: TestApp) {
    let awa = applicant(&t);
    let place = place(&awa);
    let answer = send(&awa, &place, &tag(&awa, &place), "application/pdf", LETTER);
    assert!(!answer.text.contains("127.0.0.1:9"), "nobody learns where: {}", answer.text);
    assert_eq!(answer.refused(503), "storage_unreachable");
}
