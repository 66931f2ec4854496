//! Heavy work: each person has one piece of it at a time, and a sheet that unfolds to a large one is refused (number 4).

use std::io::{Cursor, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use portal::db::Id;
use portal::demo::client::{Answer, Client};
use rust_xlsxwriter::Workbook;
use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::reading::announce;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How long something may take that happens at once.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until a condition is true.
#[track_caller]
pub fn until(holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "it never came to be");
        std::thread::yield_now();
    }
}

pub fn import(client: &Client, media_type: &str, sheet: &[u8]) -> Answer {
    client.send("POST", "/api/v1/invitations/import", Some((media_type, sheet))).unwrap()
}

pub fn id_of(person: &Person) -> Id {
    person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap()
}

fn coordinator(t: &TestApp, member: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, "Wanjiru Kamau") })
}

const SHEET: &str = "email,name,member,role\nmor@x.example,Mor Fall,KE,ncp\n";

#[story]
fn a04_each_person_has_one_piece_of_heavy_work_at_a_time(t: TestApp) {
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let suppress = |person: &Person| {
        person.send("POST", "/api/v1/suppressions/import", Some(("text/csv", b"address\nx@x.example\n"))).unwrap()
    };
    let place = t.portal.heavy_work.place(id_of(&admin)).unwrap();
    let refused = import(&admin, "text/csv", SHEET.as_bytes());
    assert!(refused.header("retry-after").is_some() && refused.text.contains("still under way"), "{}", refused.text);
    assert_eq!(refused.refused(429), "work_under_way");
    assert_eq!(suppress(&admin).refused(429), "work_under_way");
    for path in ["/me/export", "/me/export?format=zip", "/contacts.xlsx"] {
        assert_eq!(admin.get(path).refused(429), "work_under_way", "{path}");
    }
    assert_eq!(awa.get("/contacts.xlsx").status, 200, "others go on");
    assert_eq!(awa.get("/me/export").status, 200);
    drop(place);
    import(&admin, "text/csv", SHEET.as_bytes()).expect(201);
    suppress(&admin).expect(200);
    for _ in 0..3 {
        for path in ["/me/export", "/me/export?format=zip", "/contacts.xlsx"] {
            assert_eq!(admin.get(path).status, 200, "one after the other: {path}");
        }
    }
    // A file that is made while it is sent: a few at once.
    let id = announce(&admin, "News", &json!({"topic": "news", "acknowledge": true}));
    let of = |what: &str| format!("/announcements/{id}/{what}.csv");
    let files = ["/contacts.csv".to_owned(), "/contacts.vcf".to_owned(), "/suppressions.csv".to_owned()];
    let files: Vec<String> = files.into_iter().chain(["deliveries", "acknowledgements"].map(of)).collect();
    let under_way: Vec<_> = (0..4).map(|_| t.portal.heavy_work.stream(id_of(&admin)).unwrap()).collect();
    for path in &files {
        assert_eq!(admin.get(path).refused(429), "work_under_way", "{path}");
    }
    drop(under_way);
    for path in files.iter().chain(&files) {
        assert_eq!(admin.get(path).status, 200, "{path}");
    }
}

/// Sends an import of which the last byte never comes.
fn unfinished(t: &TestApp, person: &Person) -> TcpStream {
    let mut stream = TcpStream::connect(t.address()).unwrap();
    let token = person.tokens["access_token"].as_str().unwrap();
    let head = format!(
        "POST /api/v1/invitations/import HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: text/csv\r\ncontent-length: {}\r\n\r\n",
        SHEET.len() + 1
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(SHEET.as_bytes()).unwrap();
    stream
}

#[story("heavy_work.threads=1", "heavy_work.queue=1")]
fn a04_whoever_sends_slowly_holds_a_place_and_whoever_goes_gives_it_back(t: TestApp) {
    let (admin, home, abroad) = (t.admin(), coordinator(&t, "KE"), coordinator(&t, "SN"));
    let lane = &t.portal.heavy_work;
    let first = unfinished(&t, &admin);
    until(|| lane.free() == 1);
    assert_eq!(import(&admin, "text/csv", SHEET.as_bytes()).refused(429), "work_under_way");
    import(&home, "text/csv", SHEET.as_bytes()).expect(201);
    let second = unfinished(&t, &home);
    until(|| lane.free() == 0);
    let full = import(&abroad, "text/csv", SHEET.as_bytes());
    assert!(full.header("retry-after").is_some());
    assert_eq!(full.refused(503), "busy");
    // A client that disconnects returns the place at once, not after the time limit for a body.
    drop((first, second));
    until(|| lane.free() == 2);
    // So does a client that has sent everything and waits: the work never begins.
    let working = t.run(lane.place(id_of(&admin)).unwrap().turn()).unwrap();
    let mut waiting = unfinished(&t, &home);
    waiting.write_all(b"\n").unwrap();
    until(|| lane.free() == 0);
    drop(waiting);
    until(|| lane.free() == 1);
    drop(working);
    for officer in [&admin, &home, &abroad] {
        import(officer, "text/csv", SHEET.as_bytes()).expect(201);
    }
}

/// A workbook with one entry replaced.
fn workbook_with(name: &str, content: &[u8]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "email").unwrap();
    let mut archive = ZipArchive::new(Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let own = entry.name().unwrap().into_owned();
        writer.start_file(own.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(if own == name { content } else { &bytes }).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[story]
fn a04_a_workbook_that_grows_is_refused_and_the_next_one_is_read(t: TestApp) {
    let admin = t.admin();
    let strings = |inside: String| format!("<sst count=\"1\" uniqueCount=\"1\">{inside}</sst>").into_bytes();
    let texts = |size: usize, count: usize| strings(format!("<si><t>{}</t></si>", "x".repeat(size)).repeat(count));
    for (what, content) in [
        ("73 KiB that unfold to 32 MB", texts(4_000, 8_000)),
        ("room for a hundred thousand million texts", b"<sst uniqueCount=\"99999999999\"/>".to_vec()),
        ("a text as long as a book", texts(200_000, 1)),
        ("more texts than anybody needs", strings("<si/>".repeat(70_000))),
    ] {
        let sheet = workbook_with("xl/sharedStrings.xml", &content);
        assert!(sheet.len() < 200_000, "{what}: {}", sheet.len());
        let refused = import(&admin, XLSX, &sheet);
        assert_eq!(refused.json()["errors"][0]["code"], "sheet_too_large", "{what}: {}", refused.text);
        assert_eq!(refused.refused(422), "invalid");
    }
    let bomb = workbook_with("xl/sharedStrings.xml", &texts(4_000, 8_000));
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..24).map(|_| scope.spawn(|| import(&admin, XLSX, &bomb).status)).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|status| [422, 429].contains(status)) && answers.contains(&422), "{answers:?}");
    import(&admin, "text/csv", SHEET.as_bytes()).expect(201);
}
