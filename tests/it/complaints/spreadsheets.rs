//! Sheets that come in and go out (numbers 12 to 15).

use portal::demo::client::{Answer, Client};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn send_to(client: &Client, query: &str, media_type: &str, sheet: &[u8]) -> Answer {
    client.send("POST", &format!("/api/v1/invitations/import{query}"), Some((media_type, sheet))).unwrap()
}

fn plan(person: &Person, media_type: &str, sheet: &[u8]) -> Value {
    send_to(person, "", media_type, sheet).expect(201)
}

fn commit(person: &Person, plan: &Value) -> Answer {
    person.post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), &json!({"skip_errors": true}))
}

/// One field of each row of the plan.
fn each<'p>(plan: &'p Value, field: &str) -> Vec<&'p str> {
    plan["rows"].as_array().unwrap().iter().map(|row| row[field].as_str().unwrap_or_default()).collect()
}

/// One person is invited at this address, with this telephone.
fn invite(person: &Person, email: &str, phone: &str) -> Answer {
    let form = json!({"email": email, "name": "Awa Diop", "organisation": "SN", "role": "ncp", "phone": phone});
    person.post("/invitations", &form)
}

#[story]
fn b12_names_are_read_in_the_encoding_in_which_they_were_written(t: TestApp) {
    use encoding_rs::{MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254, WINDOWS_1256};
    let admin = t.admin();
    for (encoding, first, second) in [
        (WINDOWS_1251, "Иван Иванов", "Мария Петрова"),
        (WINDOWS_1256, "محمد العربي", "فاطمة الزهراء"),
        (WINDOWS_1254, "Şahin Yıldız", "Çağrı Güneş"),
        (WINDOWS_1250, "Wałęsa Łukasz", "Żaneta Świątek"),
        (encoding_rs::SHIFT_JIS, "田中太郎", "鈴木花子"),
        (WINDOWS_1252, "José Muñoz", "João Conceição"),
        (MACINTOSH, "José Muñoz", "Hélène Lefèvre"),
    ] {
        let sheet = format!("email,name,member,role\na@x.example,{first},SN,ncp\nb@x.example,{second},SN,ncp\n");
        let (bytes, _, has_failed) = encoding.encode(&sheet);
        assert!(!has_failed);
        // The plan names the encoding and shows a sample; the author confirms it.
        let guessed = plan(&admin, CSV, &bytes);
        assert_eq!(each(&guessed, "reason"), ["charset_unsure", "charset_unsure"], "{guessed}");
        let reading = &guessed["reading"];
        assert_eq!((&reading["charset"], &reading["sample"]), (&json!(encoding.name()), &json!(first)), "{reading}");
        assert_eq!(reading["charset_basis"], "weak_guess");
        let made = plan(&admin, &format!("text/csv; charset={}", encoding.name()), &bytes);
        assert_eq!(each(&made, "name"), [first, second], "{}", encoding.name());
        assert_eq!(each(&made, "action"), ["invite", "invite"], "{made}");
        assert_eq!(made["reading"]["charset_basis"], "declared");
    }
    // The file of a machine with DOS behind it.
    let sheet = b"Courriel;Nom;Pays;R\x93le\r\na@x.example;H\x82l\x8ane Lef\x8avre;SN;PCN\r\n";
    let reading = plan(&admin, CSV, sheet)["reading"].clone();
    assert_eq!((&reading["charset"], &reading["charset_basis"]), (&json!("IBM850"), &json!("weak_guess")));
    let made = plan(&admin, "text/csv; charset=cp850", sheet);
    assert_eq!((each(&made, "name"), each(&made, "action")), (vec!["Hélène Lefèvre"], vec!["invite"]));
    let marked =
        [b"\xef\xbb\xbf".as_slice(), "email,name,member,role\na@x.example,Aïcha Ba,SN,ncp\n".as_bytes()].concat();
    assert_eq!(plan(&admin, CSV, &marked)["reading"]["charset_basis"], "mark");
}

#[story]
fn b12_whose_letters_may_be_others_is_held_back(t: TestApp) {
    let admin = t.admin();
    let sheet = "email,name,member,role\na@x.example,Dvořák Jiří,SN,ncp\nb@x.example,Awa Diop,SN,ncp\n";
    let bytes = encoding_rs::WINDOWS_1250.encode(sheet).0.into_owned();
    let made = plan(&admin, CSV, &bytes);
    assert_eq!(made["reading"]["charset_basis"], "weak_guess");
    assert_eq!((each(&made, "action"), each(&made, "reason")), (vec!["error", "invite"], vec!["charset_unsure", ""]));
    assert_eq!(commit(&admin, &made).expect(200)["invited"], 1);
    assert!(t.inbox("a@x.example").is_empty());
    let said = plan(&admin, "text/csv; charset=\"Windows-1250\"", &bytes);
    assert_eq!(each(&said, "name"), ["Dvořák Jiří", "Awa Diop"]);
    assert_eq!((&said["reading"]["charset_basis"], &said["rows"][0]["action"]), (&json!("declared"), &json!("invite")));
    for (charset, code) in [("utf-8", "charset_wrong"), ("klingon", "charset_unknown")] {
        let refused = send_to(&admin, "", &format!("text/csv; charset={charset}"), &bytes);
        assert_eq!(refused.json()["errors"][0]["code"], code, "{}", refused.text);
        assert_eq!(refused.refused(422), "invalid");
    }
}

#[story]
fn b12_suppressions_are_read_by_the_same_reader(t: TestApp) {
    let admin = t.admin();
    let import = |media_type: &str, file: &[u8]| {
        admin.send("POST", "/api/v1/suppressions/import", Some((media_type, file))).unwrap()
    };
    let sheet = "sep=;\r\naddress;reason;note\r\n<kofi@x.example>;manual;désabonné, été\r\n";
    let bytes = encoding_rs::WINDOWS_1252.encode(sheet).0.into_owned();
    assert_eq!(import(CSV, &bytes).expect(200), json!({"read": 1, "suppressed": 1}));
    let utf_16: Vec<u8> = std::iter::once(0xfeff)
        .chain("address\tnote\nawa@x.example\té\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(import(CSV, &utf_16).expect(200), json!({"read": 1, "suppressed": 1}));
    let rows = admin.all("/suppressions");
    let listed: Vec<&str> = rows.iter().map(|row| row["address"].as_str().unwrap()).collect();
    assert_eq!(listed, ["awa@x.example", "kofi@x.example"]);
    let wrong = import("text/csv; charset=utf-8", &bytes);
    assert_eq!(wrong.json()["errors"][0]["code"], "charset_wrong");
    assert_eq!(wrong.refused(422), "invalid");
}

/// A workbook as an office has it: a hidden sheet, notes, a title, a filter, formats.
fn office_workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let notes = workbook.add_worksheet();
    notes.set_name("Notes").unwrap().write(0, 0, "See the next sheet").unwrap();
    let old = workbook.add_worksheet();
    old.set_name("Old").unwrap().set_hidden(true);
    for (row, cells) in (0..).zip([["email", "name", "member", "role"], ["old@x.example", "Old One", "SN", "ncp"]]) {
        for (column, cell) in (0..).zip(cells) {
            old.write(row, column, cell).unwrap();
        }
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("Contacts").unwrap();
    sheet.merge_range(0, 0, 0, 5, "Points de contact 2026", &Format::new().set_bold()).unwrap();
    for (column, head) in (0..).zip(["Courriel", "Nom", "Pays", "Rôle", "Téléphone", "Fin de mandat", "Note"]) {
        sheet.write(2, column, head).unwrap();
    }
    let plus = Format::new().set_num_format("\"+\"0");
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (row, (email, name)) in
        (3..).zip([("awa@x.example", "Awa Diop"), ("mor@x.example", "Mor Fall"), ("kofi@x.example", "Kofi Ba")])
    {
        sheet.write(row, 0, email).unwrap();
        sheet.write(row, 1, name).unwrap();
        sheet.write(row, 3, "PCN").unwrap();
        sheet.write_with_format(row, 4, 221_338_000_505_u64, &plus).unwrap();
        sheet.write_with_format(row, 5, ExcelDateTime::from_ymd(2027, 6, 30).unwrap(), &day).unwrap();
    }
    sheet.merge_range(3, 2, 5, 2, "Sénégal", &Format::new()).unwrap();
    sheet.set_row_hidden(4).unwrap();
    sheet.set_column_hidden(6).unwrap();
    for row in 6..8_000 {
        sheet.write_blank(row, 0, &plus).unwrap();
        sheet.write_blank(row, 4, &plus).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[story]
fn b13_what_the_author_of_a_workbook_sees_is_what_is_read(t: TestApp) {
    let admin = t.admin();
    let bytes = office_workbook();
    let made = plan(&admin, XLSX, &bytes);
    assert_eq!(each(&made, "email"), ["awa@x.example", "mor@x.example", "kofi@x.example"]);
    assert_eq!(each(&made, "action"), ["invite", "skip", "invite"], "{made}");
    assert_eq!(each(&made, "reason"), ["", "row_hidden", ""]);
    assert_eq!(each(&made, "phone")[0], "+221338000505");
    assert_eq!(each(&made, "organisation")[2], "SN", "what is merged stands in each row");
    let reading = &made["reading"];
    assert_eq!((&reading["sheet"], &reading["other_sheets"]), (&json!("Contacts"), &json!(["Notes"])), "{reading}");
    assert_eq!((&reading["header_row"], &reading["hidden_rows"]), (&json!(3), &json!(1)));
    assert_eq!(reading["hidden_columns"], json!(["Note"]));
    assert_eq!(commit(&admin, &made).expect(200)["invited"], 2);
    assert!(t.inbox("mor@x.example").is_empty() && t.inbox("old@x.example").is_empty());
    let unseen = send_to(&admin, "?sheet=Old", XLSX, &bytes);
    assert_eq!(unseen.json()["errors"][0]["code"], "sheet_unknown", "{}", unseen.text);
    assert_eq!(unseen.refused(422), "invalid");
    let other = send_to(&admin, "?sheet=Notes", XLSX, &bytes);
    assert_eq!(other.json()["errors"][0]["code"], "column_missing");
    assert_eq!(send_to(&admin, "?colour=blue", XLSX, &bytes).refused(400), "bad_query");
}

#[story]
fn b13_the_plan_shows_everything_that_it_writes(t: TestApp) {
    let admin = t.admin();
    let sheet = "Courriel;Nom;Pays;Rôle;Fonction;Téléphone;Langue;Langues;Autorité;Référence;Fin de mandat\n\
                 mailto:awa@x.example;Awa Diop;Sénégal;PCN;Cheffe;tél. 33 800 05 05 poste 12;français;fr, wo;DG;DG/7;30 juin 2027\n";
    let made = plan(&admin, CSV, sheet.as_bytes());
    let row = &made["rows"][0];
    for (field, value) in [
        ("email", json!("awa@x.example")),
        ("name", json!("Awa Diop")),
        ("organisation", json!("SN")),
        ("role", json!("ncp")),
        ("job_title", json!("Cheffe")),
        ("phone", json!("33 800 05 05 ext 12")),
        ("language", json!("fr")),
        ("languages", json!(["fr", "wo"])),
        ("nominating_official", json!("DG")),
        ("nomination_reference", json!("DG/7")),
        ("last_day", json!("2027-06-30")),
    ] {
        assert_eq!(row[field], value, "{field} in {row}");
    }
    let id = commit(&admin, &made).expect(200)["appointments"][0].as_str().unwrap().to_owned();
    assert_eq!(admin.get(&format!("/appointments/{id}")).expect(200)["valid_to"], "2027-07-01T00:00:00Z");
}

#[story]
fn b13_the_limit_in_the_sentence_is_right(t: TestApp) {
    let admin = t.admin();
    for rows in [501, 6_000] {
        let sheet = format!("email,name,member,role\n{}", "a@x.example,Awa Diop,SN,ncp\n".repeat(rows));
        let refused = send_to(&admin, "", CSV, sheet.as_bytes());
        let fault = refused.json()["errors"][0].clone();
        assert_eq!(fault["code"], "too_many_rows");
        assert!(fault["detail"].as_str().unwrap().contains("500"), "{fault}");
    }
}

#[story]
fn b14_telephones_and_addresses_are_read_alike_in_sheets_and_forms(t: TestApp) {
    let admin = t.admin();
    for (place, (typed, number)) in (0..).zip([
        ("\u{202a}+221 33 800 05 05\u{202c}", Ok("+221 33 800 05 05")),
        ("٠٠٢٢١ ٣٣ ٨٠٠ ٠٥ ٠٥", Ok("00221 33 800 05 05")),
        ("＋２２１ ３３ ８００ ０５ ０５", Ok("+221 33 800 05 05")),
        ("+221\u{2013}33\u{2013}8000505", Ok("+221-33-8000505")),
        ("tel:+221-33-800-0505", Ok("+221-33-800-0505")),
        ("33 800 05 05 poste 12", Ok("33 800 05 05 ext 12")),
        ("2.21338e+11", Err("spoilt_number")),
        ("221338000000.0", Err("spoilt_number")),
        ("call me", Err("bad_phone")),
    ]) {
        let sheet = format!("email,name,member,role,phone\na@x.example,Awa Diop,SN,ncp,{typed}\n");
        let made = plan(&admin, CSV, sheet.as_bytes());
        let form = invite(&admin, &format!("form{place}@x.example"), typed);
        match number {
            Ok(number) => {
                assert_eq!(each(&made, "phone"), [number], "{typed:?}");
                form.expect(201);
            }
            Err(code) => {
                assert_eq!(each(&made, "reason"), [code], "{typed:?}");
                assert_eq!(form.json()["errors"][0]["code"], code, "{typed:?}");
            }
        }
    }
    let addresses =
        ["mailto:awa@x.example", "Awa Diop <awa@x.example>", "awa@x.example;", "\u{feff}awa@x.example\u{200e}"];
    for typed in addresses {
        let sheet = format!("email;name;member;role\n\"{typed}\";Awa Diop;SN;ncp\n");
        assert_eq!(each(&plan(&admin, CSV, sheet.as_bytes()), "email"), ["awa@x.example"], "{typed:?}");
    }
    let awa = t.ncp("KE");
    assert_eq!(awa.patch("/me", &json!({"phone": "tel:+254-20-123"})).expect(200)["contact"]["phone"], "+254-20-123");
    invite(&admin, "Awa Diop <awa@x.example>", "+221 33 800 05 05").expect(201);
    assert_eq!(t.inbox("awa@x.example").len(), 1);
}

#[story]
fn b14_days_are_read_by_the_language_of_their_header(t: TestApp) {
    let admin = t.admin();
    let read = |head: &str, day: &str| {
        let sheet = format!("email;name;member;role;{head}\na@x.example;Awa Diop;SN;ncp;{day}\n");
        let made = plan(&admin, CSV, sheet.as_bytes());
        let row = made["rows"][0].clone();
        let said = if row["action"] == "invite" { &row["last_day"] } else { &row["reason"] };
        (said.as_str().unwrap_or_default().to_owned(), row["detail"].as_str().unwrap_or_default().to_owned())
    };
    for day in ["30/06/2027", "30.06.2027", "30 juin 2027", "June 30, 2027", "2027-06-30", "06/30/2027"] {
        for head in ["Fin de mandat", "Mandate ends"] {
            assert_eq!(read(head, day).0, "2027-06-30", "{head}: {day}");
        }
    }
    assert_eq!(read("Fin de mandat", "06/07/2027").0, "2027-07-06");
    let (code, detail) = read("Mandate ends", "06/07/2027");
    assert_eq!(code, "ambiguous_date");
    assert!(detail.contains("2027-07-06") && detail.contains("2027-06-07"), "{detail}");
    assert_eq!(read("Mandate ends", "31/06/2027").0, "bad_date");
}

#[story]
fn b14_members_are_known_by_what_governments_call_them(t: TestApp) {
    let admin = t.admin();
    let names = [
        ("Republic of Senegal", "SN"),
        ("la République du Sénégal", "SN"),
        ("SEN", "SN"),
        ("Tanzania, United Republic of", "TZ"),
        ("Swiss Confederation", "CH"),
        ("État plurinational de Bolivie", "BO"),
        ("KOR", "KR"),
    ];
    let row = |(number, (name, _)): (usize, &(&str, &str))| format!("p{number}@x.example;Awa Diop;{name};ncp\n");
    let rows: Vec<String> = names.iter().enumerate().map(row).collect();
    let made = plan(&admin, CSV, format!("email;name;member;role\n{}", rows.concat()).as_bytes());
    assert_eq!(each(&made, "organisation"), names.map(|(_, code)| code), "{made}");
    // A search is not filled with them.
    let found = admin.get("/members?q=che").expect(200);
    assert!(found["data"].as_array().unwrap().iter().all(|member| member["code"] != "CH"), "{found}");
}

#[story]
fn b15_the_portal_reads_what_it_wrote(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let title = "=1+1; + 2";
    awa.patch("/me", &json!({"job_title": title, "phone": "+221338000505"})).expect(200);
    for (path, media_type) in [("/contacts.csv", CSV), ("/contacts.csv?separator=tab", CSV), ("/contacts.xlsx", XLSX)] {
        let mut french = (*admin).clone();
        french.language = "fr";
        for reader in [(*admin).clone(), french] {
            let file = reader.get(path).unwrap();
            assert_eq!(file.status, 200, "{path}: {}", file.text);
            let made = plan(&admin, media_type, &file.bytes);
            assert_eq!(each(&made, "reason"), ["already_appointed", "already_appointed"], "{path}: {made}");
            let own = made["rows"].as_array().unwrap().iter().find(|row| row["email"] == awa.email.as_str()).unwrap();
            assert_eq!((&own["job_title"], &own["organisation"]), (&json!(title), &json!("SN")), "{path}");
            let digits: String = own["phone"].as_str().unwrap().split(' ').collect();
            assert_eq!(digits, "+221338000505", "{path}");
        }
    }
}

#[story]
fn b15_a_file_has_the_separator_of_its_reader(t: TestApp) {
    let admin = t.admin();
    t.ncp("SN");
    admin.post("/suppressions", &json!({"address": "kofi@x.example"})).expect(201);
    let variants = json!({"en": {"subject": "News", "body_markdown": "Hello."}});
    let news = json!({"default_language": "en", "variants": variants, "acknowledge": true});
    let news = admin.post("/announcements", &news).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{news}/send"), &json!({})).expect(202);
    t.deliver();
    let mut french = (*admin).clone();
    french.language = "fr";
    for (path, comma, semicolon) in [
        ("/contacts.csv".to_owned(), "\"Name\",\"Job title\"", "\"Nom\";\"Fonction\""),
        ("/suppressions.csv".to_owned(), "\"address\",\"reason\"", "\"address\";\"reason\""),
        (format!("/announcements/{news}/deliveries.csv"), "\"Name\",\"E-mail\"", "\"Nom\";\"Adresse électronique\""),
        (
            format!("/announcements/{news}/acknowledgements.csv"),
            "\"Name\",\"Member (code)\"",
            "\"Nom\";\"Membre (code)\"",
        ),
    ] {
        let path = path.as_str();
        assert!(admin.get(path).text.contains(comma), "{path}");
        assert!(french.get(path).unwrap().text.contains(semicolon), "{path}");
        let asked = |separator: &str| admin.get(&format!("{path}?separator={separator}"));
        assert!(asked("semicolon").text.contains(&comma.replace(',', ";")), "{path}");
        assert!(asked("tab").text.contains(&comma.replace(',', "\t")), "{path}");
        assert_eq!(asked("pipe").refused(400), "bad_query");
    }
}
