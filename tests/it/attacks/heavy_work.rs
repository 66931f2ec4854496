//! Heavy work, connections, and spreadsheet files that carry formulas (numbers 4, 6 and 21).

use std::io::{BufRead as _, BufReader, Cursor, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use portal::db::Id;
use portal::demo::client::{Answer, Client};
use portal::demo::receiver::Verdict;
use rust_xlsxwriter::Workbook;
use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::bounces::{Listening, Talk};
use crate::reading::announce;
use crate::support::{Application, Expect as _, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a04_each_person_has_one_piece_of_heavy_work_at_a_time,
        a04_whoever_sends_slowly_holds_a_place_and_whoever_goes_gives_it_back:
            ["heavy_work.threads=1", "heavy_work.queue=1"],
        a04_a_workbook_that_grows_is_refused_and_the_next_one_is_read,
        a06_silent_connections_of_one_address_are_bounded: ["server.connections_per_address=50"],
        a06_a_crowded_portal_keeps_no_connection_alive:
            ["server.connections_per_address=30", "server.max_connections=50"],
        a06_whoever_makes_up_a_secret_takes_no_turn_to_write,
        a06_header_lines_have_a_bound_together,
        a06_whoever_reaches_the_port_for_reports_keeps_nobody_out: ["mail.bounce_domain=bounces.portal.example"],
        a21_no_cell_of_a_file_is_a_formula_wherever_it_is_split,
    ]
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const FORM: &str = "application/x-www-form-urlencoded";
/// How long something may take that happens at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until something holds.
#[track_caller]
fn until(holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "it never came to be");
        std::thread::yield_now();
    }
}

fn import(client: &Client, media_type: &str, sheet: &[u8]) -> Answer {
    client.send("POST", "/api/v1/invitations/import", Some((media_type, sheet))).unwrap()
}

fn id_of(person: &Person) -> Id {
    person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap()
}

fn coordinator(t: &TestApp, member: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, "Wanjiru Kamau") })
}

const SHEET: &str = "email,name,member,role\nmor@x.example,Mor Fall,KE,ncp\n";

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
    // Whoever goes gives the place back at once, not when the time for a body is over.
    drop((first, second));
    until(|| lane.free() == 2);
    // So does whoever sent everything and waits: the work is never begun.
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

/// A connection from this address, which the portal takes for that of a client.
fn connect_from(t: &TestApp, address: &str) -> TcpStream {
    connect(t, address, t.address())
}

fn connect(t: &TestApp, from: &str, to: SocketAddr) -> TcpStream {
    let stream = t.run(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks for something over a connection that stays open; the head of the answer.
fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&answer));
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap().to_lowercase()
}

/// What is said to a connection that asks nothing, until it is closed.
fn told(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.to_lowercase()
}

fn a06_silent_connections_of_one_address_are_bounded(t: TestApp) {
    let mut streams: Vec<TcpStream> = (0..220).map(|_| connect_from(&t, "127.0.0.2")).collect();
    for beyond in streams.split_off(50) {
        let told = told(beyond);
        assert!(told.starts_with("http/1.1 429 ") && told.contains("connection: close"), "{told}");
        assert!(told.contains("retry-after: "), "{told}");
    }
    // Who came in time is served and kept alive, and others are not concerned.
    for stream in streams.iter_mut().take(25) {
        let head = ask(stream);
        assert!(head.starts_with("http/1.1 200 ") && !head.contains("connection: close"), "{head}");
    }
    for other in ["127.0.0.3", "127.0.0.1"] {
        assert!(ask(&mut connect_from(&t, other)).starts_with("http/1.1 200 "), "{other}");
    }
    let proxy: Vec<TcpStream> = (0..100).map(|_| connect_from(&t, "127.0.0.1")).collect();
    for mut one in proxy {
        assert!(ask(&mut one).starts_with("http/1.1 200 "), "a proxy speaks for many");
    }
    t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    drop(streams);
    until(|| {
        let mut again = connect_from(&t, "127.0.0.2");
        let _ = again.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let mut answer = String::new();
        let _ = again.read_to_string(&mut answer);
        answer.starts_with("HTTP/1.1 200 ")
    });
}

fn a06_a_crowded_portal_keeps_no_connection_alive(t: TestApp) {
    assert!(!ask(&mut connect_from(&t, "127.0.0.3")).contains("connection: close"));
    let silent: Vec<TcpStream> = (0..20).map(|_| connect_from(&t, "127.0.0.2")).collect();
    let mut proxy: Vec<TcpStream> = (0..15).map(|_| connect_from(&t, "127.0.0.1")).collect();
    let crowded = ask(proxy.last_mut().unwrap());
    assert!(crowded.starts_with("http/1.1 200 ") && crowded.contains("connection: close"), "{crowded}");
    let mut others: Vec<TcpStream> = (0..8).map(|_| connect_from(&t, "127.0.0.3")).collect();
    let last = told(others.pop().unwrap());
    assert!(last.starts_with("http/1.1 429 "), "a quarter of a share each: {last}");
    assert!(ask(&mut others[0]).contains("connection: close"));
    drop((silent, proxy, others));
    until(|| !ask(&mut connect_from(&t, "127.0.0.1")).contains("connection: close"));
}

/// What is said first to a conversation from this address.
fn heard(t: &TestApp, from: &str, port: SocketAddr) -> String {
    let mut line = String::new();
    BufReader::new(connect(t, from, port)).read_line(&mut line).unwrap();
    line
}

fn a06_whoever_reaches_the_port_for_reports_keeps_nobody_out(t: TestApp) {
    let listening = Listening::start(&t);
    let mut held: Vec<Talk> = (0..4).map(|_| Talk::to(listening.port)).collect();
    let beyond = heard(&t, "127.0.0.1", listening.port);
    assert!(beyond.starts_with("421 "), "{beyond}");
    let other = heard(&t, "127.0.0.2", listening.port);
    assert!(other.starts_with("220 "), "others are not concerned: {other}");
    // Whoever talks and brings no message is ended.
    let answers: Vec<String> = (0..101).map(|_| held[0].say("NOOP")).collect();
    let ended = answers.iter().position(|answer| answer.starts_with("421 "));
    assert_eq!(ended, Some(100));
    drop(held);
    until(|| heard(&t, "127.0.0.1", listening.port).starts_with("220 "));
    listening.stop();
}

/// Cells that a spreadsheet would run, wherever it splits a file.
fn formulas(file: &str) -> Vec<String> {
    let is_passed_over = |c: char| c == '"' || c.is_whitespace();
    let runs = |cell: &&str| {
        cell.trim_start_matches('\u{feff}')
            .trim_start_matches(is_passed_over)
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    };
    let cells =
        [',', ';', '\t', '|', '\n', '\r'].map(|separator| file.split(separator).filter(runs).map(str::to_owned));
    cells.into_iter().flatten().collect()
}

fn a06_whoever_makes_up_a_secret_takes_no_turn_to_write(t: TestApp) {
    t.ncp("SN");
    let announcement = announce(&t.admin(), "To be read", &json!({"acknowledge": true}));
    let (begun, begins) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let t = &t;
        scope.spawn(move || {
            // SQLite's one writer, until the other side goes.
            let held = t.portal.db.write(move |_| {
                begun.send(()).unwrap();
                let _ = released.recv();
                Ok(())
            });
            t.run(held).unwrap();
        });
        begins.recv().unwrap();
        let post = |path: &str, body: &serde_json::Value| t.anonymous().post(path, body).unwrap();
        let made_up = json!({"token": "a-secret-that-nobody-was-mailed"});
        assert_eq!(
            post("/auth/refresh", &json!({"refresh_token": "x".repeat(43)})).refused(401),
            "refresh_token_invalid"
        );
        for path in ["email/confirm", "email/undo", "keep-account"] {
            assert_eq!(post(&format!("/auth/{path}"), &made_up).refused(410), "link_spent", "{path}");
        }
        assert_eq!(post("/appointments/confirm", &made_up).refused(410), "link_spent");
        let credential = json!({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "extensions": {},
            "response": {"authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA", "userHandle": null}});
        let finish = json!({"state": "made-up", "credential": credential});
        assert_eq!(post("/auth/passkey/finish", &finish).refused(401), "challenge_invalid");
        for (path, body, status) in [
            ("/unsubscribe/forged".to_owned(), "", 404),
            ("/subscriptions/forged".to_owned(), "digest=daily", 404),
            (format!("/announcements/{announcement}?mail=forged"), "", 404),
            (format!("/announcements/{announcement}"), "", 404),
            ("/confirm-address".to_owned(), "token=forged", 410),
            ("/undo-address".to_owned(), "token=forged", 410),
            ("/keep-account".to_owned(), "token=forged", 410),
            ("/confirm-contact".to_owned(), "token=forged", 410),
        ] {
            let answer = t.anonymous().send("POST", &path, Some((FORM, body.as_bytes()))).unwrap();
            assert_eq!(answer.status, status, "{path}: {}", answer.text);
        }
        drop(release);
    });
}

fn a21_no_cell_of_a_file_is_a_formula_wherever_it_is_split(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let title = "Chef;=1+1; \"＝cmd|' /C calc'!A0, @SUM(1)";
    awa.patch("/me", &json!({"job_title": title})).expect(200);
    wanjiru.patch("/me", &json!({"job_title": "＋1", "phone": "+254 20 123 45 67"})).expect(200);
    let admin = t.admin();
    admin.post("/suppressions", &json!({"address": "+kofi@x.example"})).expect(201);
    t.mail_server_answers(&wanjiru.email, [Verdict::Refuse("550 5.1.1 gone;=1+1|@x")]);
    let id = announce(&admin, "News", &json!({"topic": "news", "acknowledge": true}));
    t.deliver();
    let deliveries = format!("/announcements/{id}/deliveries.csv");
    let acknowledgements = format!("/announcements/{id}/acknowledgements.csv");
    for path in ["/contacts.csv", "/suppressions.csv", &deliveries, &acknowledgements] {
        let file = admin.get(path);
        assert_eq!(file.status, 200, "{path}: {}", file.text);
        // A number that is a plus and digits is dialled, and runs nothing.
        let text = file.text.replace("\"+254 20 123 45 67\"", "\"\"").replace("\"+221 33 800 00 00\"", "\"\"");
        assert_eq!(formulas(&text), Vec::<String>::new(), "{path}: {text}");
        for line in text.trim_start_matches('\u{feff}').lines() {
            assert!(line.starts_with('"') && line.ends_with('"'), "{path}: every field is quoted: {line}");
        }
    }
    let file = admin.get("/contacts.csv").text;
    let written = "\"Chef;'=1+1; \"\"'＝cmd|' /C calc'!A0, '@SUM(1)\"";
    assert!(file.contains(written) && file.contains("\"'＋1\""), "{file}");
    assert!(file.contains("\"+254 20 123 45 67\""), "{file}");
    assert!(admin.get(&deliveries).text.contains("gone;'=1+1|'@x"));
    assert!(admin.get("/suppressions.csv").text.contains("\"'+kofi@x.example\""));
    // What was taken out comes back as it was.
    let taken = admin.get("/suppressions.csv").text;
    admin.delete("/suppressions?address=%2Bkofi%40x.example");
    let back = Some(("text/csv", taken.as_bytes()));
    admin.send("POST", "/api/v1/suppressions/import", back).unwrap().expect(200);
    let rows = admin.get("/suppressions").expect(200);
    assert!(rows["data"].as_array().unwrap().iter().any(|row| row["address"] == "+kofi@x.example"), "{rows}");
    let sheet = "email,name,member,role,job_title\nmor@x.example,Mor Fall,KE,ncp,'=1+1;'=2\n";
    let made = import(&admin, "text/csv", sheet.as_bytes()).expect(201);
    let plan = made["plan"].as_str().unwrap();
    let done = admin.post(&format!("/imports/{plan}/commit"), &json!({})).expect(200);
    assert_eq!(done["invited"], 1);
    // A workbook has texts, never formulas.
    let sheet = admin.get("/contacts.xlsx").bytes;
    let mut book = calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(Cursor::new(&sheet)).unwrap();
    let cells = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
    assert!(
        cells.used_cells().any(|(_, _, cell)| *cell == calamine::Data::String(title.to_owned())),
        "as it was typed"
    );
    let mut archive = ZipArchive::new(Cursor::new(&sheet)).unwrap();
    for index in 0..archive.len() {
        let mut text = String::new();
        archive.by_index(index).unwrap().read_to_string(&mut text).unwrap();
        assert!(!text.contains("<f>"), "{text}");
    }
}

fn a06_header_lines_have_a_bound_together(t: TestApp) {
    let awa = t.ncp("SN");
    let long = "a".repeat(17_000);
    let anonymous = t.anonymous().with_header("accept-language", &long);
    assert_eq!(anonymous.get("/me").unwrap().refused(431), "headers_too_large");
    assert_eq!(awa.with_header("accept", &long).get("/me").refused(431), "headers_too_large");
    awa.with_header("x-much", &"b".repeat(9_000)).get("/me").expect(200);
}
