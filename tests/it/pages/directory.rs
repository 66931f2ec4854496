//! The directory, members and technologies by pages: search, filters, contacts, edits, conflicts, and what people
//! wrote.

use serde_json::json;

use crate::life_cycle::invite;
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// What people write to break pages.
const PAYLOADS: [&str; 40] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<b>bold</b>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<iframe src=x></iframe>",
    "<style>*{display:none}</style>",
    "<!-- ",
    "-->",
    "<![CDATA[x]]>",
    "</title><h1>x</h1>",
    "</textarea><b>x",
    "</option></select><b>x",
    "</td></tr></table>",
    "</main></body></html>",
    "\"><img src=x>",
    "'><img src=x>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=alert(1) x=\"",
    "` onmouseover=`alert(1)",
    "javascript:alert(1)",
    "data:text/html,<b>x</b>",
    "&lt;b&gt;",
    "&amp;amp;",
    "&#60;b&#62;",
    "&#x3c;b&#x3e;",
    "%3Cb%3E",
    "\\u003cb\\u003e",
    "{{ page.viewer }}",
    "{% include \"x\" %}",
    "${7*7}",
    "{name}x",
    "#{7*7}",
    "=1+1",
    "a & b < c > d",
    "<mark>x</mark>",
    "<base href=/x>",
];

fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    let mut application = Application::new(member, name);
    application.role = "coordinator";
    t.member(&application)
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The id of the only contact that has these words.
fn contact_of(who: &Person, words: &str) -> String {
    let found = who.get(&format!("/contacts?q={}", encoded(words))).expect(200);
    assert_eq!(found["data"].as_array().unwrap().len(), 1, "{words}");
    found["data"][0]["id"].as_str().unwrap().to_owned()
}

#[story]
fn w8_an_ncp_finds_a_contact_and_takes_it_along(t: TestApp) {
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let page = awa.open("/directory");
    let page = awa.submit(&page, "Search", &[("q", "kama")]);
    assert!(page.shows("mark") && page.has("One contact"), "{}", page.text());
    assert!(page.shows("a[href^='mailto:wanjiru.kamau@']"), "{}", page.html);
    let page = awa.click(&page, "Wanjiru Kamau");
    assert!(page.path.starts_with("/contacts/"), "{}", page.path);
    assert!(page.title().starts_with("Wanjiru Kamau") && page.has("Kenya"), "{}", page.text());
    assert!(page.shows("a[href^='mailto:wanjiru.kamau@']"), "{}", page.html);
    let card = awa.send("GET", &page.link("Save as a vCard"), None);
    assert!(card.status == 200 && card.text.starts_with("BEGIN:VCARD"), "{}", card.text);
    assert!(!page.has("Change this entry"), "it is the entry of another person");
}

#[story]
fn w8_a_member_is_found_by_another_name_and_the_page_says_by_which(t: TestApp) {
    t.member(&Application::new("CI", "Aya Koné"));
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let page = awa.open("/directory?q=ivory+coast");
    assert!(page.has("Aya Koné") && page.shows("td mark"), "{}", page.text());
    let page = awa.open("/members?q=ivroy+coast");
    assert!(page.shows("a[href='/members/CI']") && page.has("Ivory Coast"), "{}", page.text());
    let page = awa.open("/members/CI");
    assert!(page.has("Aya Koné") && page.has("Ivory Coast") && page.has("One contact"), "{}", page.text());
}

#[story]
fn w8_filters_are_links_that_remove_one(t: TestApp) {
    let reader = t.ncp("SN");
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    t.seed(60);
    let total = |query: &str| reader.get(&format!("/contacts?{query}&total=true&limit=1")).expect(200)["total"].clone();
    let mut awa = Browser::of(&t, &reader);
    let page = awa.open("/directory?region=WCA&region=ESA&member=&role=atlantis");
    assert!(page.has(&format!("{} contacts", total("region=WCA&region=ESA"))), "{}", page.text());
    assert!(page.shows("input[name=region][value=WCA][checked]"), "{}", page.html);
    let page = awa.click(&page, "Remove filter: West and Central Africa");
    assert_eq!(page.path, "/directory?region=ESA");
    assert!(page.has(&format!("{} contacts", total("region=ESA"))), "{}", page.text());
    let page = awa.submit(&page, "Apply filters", &[("member", "KE")]);
    let page = awa.click(&page, "by administration");
    assert_eq!(page.path, "/directory?region=ESA&member=KE&sort=member");
    let page = awa.open("/directory?q=zzzzzz&region=ESA");
    let page = awa.click(&page, "Show all contacts");
    assert_eq!(page.path, "/directory");
}

#[story]
fn w8_the_list_goes_on_by_25_and_old_addresses_show_its_beginning(t: TestApp) {
    let reader = t.ncp("SN");
    t.seed(60);
    let mut awa = Browser::of(&t, &reader);
    let rows = |html: &str| html.matches("<th scope=\"row\"").count();
    let first = awa.open("/directory?q=&member=");
    assert_eq!(rows(&first.html), 25);
    let second = awa.click(&first, "Next 25");
    assert_eq!((second.status, rows(&second.html)), (200, 25));
    assert_ne!(first.html, second.html);
    let page = awa.click(&second, "First page");
    assert_eq!(rows(&page.html), 25);
    assert!(!page.has("First page"), "{}", page.text());
    let cursor = second.path.split("cursor=").nth(1).unwrap();
    for stale in ["rubbish", cursor] {
        let page = awa.open(&format!("/directory?region=WCA&cursor={stale}"));
        assert!(page.status == 200 && page.has("belonged to an older search"), "{}", page.text());
    }
}

#[story]
fn w8_what_was_found_can_be_downloaded(t: TestApp) {
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let page = awa.open("/directory?q=kamau&sort=member&member=");
    for link in ["As a table (CSV)", "As a spreadsheet (XLSX)", "As vCards for an address book"] {
        let address = page.link(link);
        assert!(address.ends_with("?q=kamau&sort=member"), "{address}");
        let file = awa.send("GET", &address, None);
        assert_eq!(file.status, 200, "{link}");
        assert!(file.header("content-disposition").unwrap().starts_with("attachment"), "{link}");
    }
    let page = awa.click(&page, "How to add the whole directory to a phone");
    assert!(page.has("/carddav/") && page.shows("a[href='/account/tokens']"), "{}", page.text());
}

#[story]
fn w52_pages_show_and_offer_what_the_viewer_may(t: TestApp) {
    let awa = t.ncp("SN");
    let haruto = t.member(&Application::new("JP", "Haruto Tanaka"));
    let fatou = coordinator(&t, "SN", "Fatou Sarr");
    awa.patch("/me", &json!({"phone_audience": "organisation", "email_audience": "secretariat"})).expect(200);
    let id = contact_of(&haruto, "awa diop");
    let (contact, edit) = (format!("/contacts/{id}"), format!("/contacts/{id}/edit"));
    let deeds = [edit.as_str(), "/members/SN/adoption", "/members/SN/edit", "/members/SN/history"];
    for (who, sees_phone, sees_email, may) in [
        (&haruto, false, false, [403, 403, 403, 403]),
        (&awa, true, true, [200, 403, 403, 403]),
        (&fatou, true, false, [200, 200, 403, 403]),
        (&t.admin(), true, true, [200, 200, 200, 200]),
    ] {
        let mut browser = Browser::of(&t, who);
        for path in [contact.clone(), "/directory?q=awa+diop".to_owned()] {
            let page = browser.open(&path);
            assert_eq!(page.shows("main a[href^='tel:']"), sees_phone, "{} at {path}", who.email);
            assert_eq!(page.shows("main a[href^='mailto:']"), sees_email, "{} at {path}", who.email);
        }
        let (entry, member) = (browser.open(&contact), browser.open("/members/SN"));
        for (deed, status) in deeds.iter().zip(may) {
            let offered = [&entry, &member].iter().any(|page| page.shows(&format!("a[href='{deed}']")));
            assert_eq!(offered, status == 200, "{} is offered {deed}", who.email);
            assert_eq!(browser.open(deed).status, status, "{} at {deed}", who.email);
        }
    }
    for path in ["/directory", &contact, &edit, "/members", "/members/SN", "/technologies", "/members/SN/edit"] {
        let page = Browser::anonymous(&t).open(path);
        assert!(page.path.starts_with("/login?next="), "{path} leads to {}", page.path);
    }
    assert_eq!(Browser::anonymous(&t).open("/help/address-book").status, 200);
}

#[story]
fn w20_a_page_says_which_of_several_appointments_it_is_about_and_changes_that_one(t: TestApp) {
    let awa = t.ncp("SN");
    invite(&t.admin(), &awa.email, "ML", "ncp");
    let token = t.mailed_token(&awa.email, "invitation");
    t.anonymous().post("/invitations/accept", &json!({"token": token})).unwrap().expect(200);
    let of = |member: &str| {
        let found = awa.get(&format!("/contacts?member={member}")).expect(200);
        format!("/contacts/{}", found["data"][0]["id"].as_str().unwrap())
    };
    let (home, abroad) = (of("SN"), of("ML"));
    let mut browser = Browser::of(&t, &awa);
    let page = browser.open("/directory?member=SN&member=ML");
    assert!(page.has("2 contacts") && page.has("Senegal") && page.has("Mali"), "{}", page.text());
    let page = browser.open(&format!("{abroad}/edit"));
    let page = browser.submit(&page, "Save changes", &[("job_title", "Liaison officer")]);
    assert!(page.path == abroad && page.has("Mali") && page.has("Liaison officer"), "{}", page.text());
    let page = browser.open(&home);
    assert!(page.has("Senegal") && page.has("Head of Innovation"), "{}", page.text());
}

#[story]
fn w28_the_second_of_two_editors_sees_both_versions(t: TestApp) {
    let awa = t.ncp("SN");
    let mut fatou = Browser::of(&t, &coordinator(&t, "SN", "Fatou Sarr"));
    let id = contact_of(&awa, "awa diop");
    let page = fatou.open(&format!("/contacts/{id}/edit"));
    awa.patch("/me", &json!({"job_title": "Director of Data"})).expect(200);
    let page = fatou.submit(&page, "Save changes", &[("job_title", "Head of Risk")]);
    assert_eq!((page.status, page.value("job_title").as_str()), (412, "Head of Risk"));
    assert!(page.has("Director of Data") && page.has("In your form"), "{}", page.text());
    let page = fatou.submit(&page, "Save changes", &[]);
    assert_eq!((page.status, page.path.as_str()), (200, format!("/contacts/{id}").as_str()));
    assert!(page.has("The entry of Awa Diop was changed.") && page.has("Head of Risk"), "{}", page.text());
}

#[story]
fn w23_a_wrong_entry_is_told_at_its_field(t: TestApp) {
    let awa = t.ncp("SN");
    let id = contact_of(&awa, "awa diop");
    let mut browser = Browser::of(&t, &awa);
    let page = browser.open(&format!("/contacts/{id}/edit"));
    let page = browser.submit(&page, "Save changes", &[("phone", "call me"), ("languages", "fr, zz")]);
    assert_eq!((page.status, page.value("phone").as_str()), (422, "call me"));
    assert!(!page.error("phone").is_empty() && !page.error("languages").is_empty(), "{}", page.text());
    assert!(page.title().starts_with("Error:"), "{}", page.title());
    // The summary names each field, and leads to it.
    let told = format!("Work telephone: {}", page.error("phone"));
    assert_eq!(page.link(&told), "#phone", "{}", page.text());
    assert!(page.shows("#phone[aria-invalid=true][aria-describedby~=phone-wrong]"), "{}", page.html);
    let right = [("phone", "+221 33 800 07 07"), ("languages", "French, arabe"), ("technologies", "drones")];
    let page = browser.submit(&page, "Save changes", &right);
    assert!(page.has("Arabic") && page.shows("a[href='/technologies/drones']"), "{}", page.text());
}

#[story]
fn w11_a_coordinator_says_what_the_member_does_with_technologies(t: TestApp) {
    let mut fatou = Browser::of(&t, &coordinator(&t, "SN", "Fatou Sarr"));
    let mut haruto = Browser::of(&t, &t.member(&Application::new("JP", "Haruto Tanaka")));
    let page = fatou.open("/members/SN");
    let page = fatou.click(&page, "Edit technologies");
    let said = [("status-drones", "in_use"), ("since-drones", "soon"), ("willing-drones", "true")];
    let page = fatou.submit(&page, "Save changes", &said);
    assert_eq!((page.status, page.value("since-drones").as_str()), (422, "soon"));
    let told = format!("Drones, Since: {}", page.error("since-drones"));
    assert_eq!(page.link(&told), "#since-drones", "which of all technologies is meant: {}", page.text());
    let page = fatou.submit(&page, "Save changes", &[("since-drones", "2024-05")]);
    assert_eq!((page.status, page.path.as_str()), (200, "/members/SN"));
    assert!(page.has("In use") && page.has("2024-05"), "{}", page.text());
    let page = haruto.open("/technologies");
    let page = haruto.open(&page.link("Drones"));
    assert!(page.shows("a[href='/members/SN']"), "{}", page.text());
    let page = haruto.click(&page, "People of members that work with it and will talk");
    assert!(page.has("Fatou Sarr") && page.has("One contact"), "{}", page.text());
    assert!(page.has("Remove filter: Administration is willing to talk"), "{}", page.text());
}

#[story]
fn w21_the_secretariat_edits_a_member_and_reads_its_history(t: TestApp) {
    let mut admin = Browser::of(&t, &t.admin());
    let page = admin.open("/members/SN/edit");
    let page = admin.submit(&page, "Save changes", &[("mail_domains", "not a domain"), ("aliases", "Sunugaal | wo")]);
    assert!(page.status == 422 && !page.error("mail_domains").is_empty(), "{}", page.text());
    let page = admin.submit(&page, "Save changes", &[("mail_domains", "douanes.sn, customs.sn")]);
    assert_eq!((page.status, page.path.as_str()), (200, "/members/SN"));
    assert!(page.has("Sunugaal") && page.has("customs.sn") && page.has("Senegal was changed."), "{}", page.text());
    let page = admin.click(&page, "History of this Member");
    assert!(page.has("Further names") && page.has("Domains of official mail"), "{}", page.text());
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let page = awa.open("/members?q=sunugal");
    assert!(page.shows("a[href='/members/SN']"), "{}", page.text());
    assert!(!awa.open("/members/SN").has("customs.sn"), "domains are for officers");
}

#[story]
fn w46_pages_are_french_for_who_reads_french(t: TestApp) {
    // The browser asks for English; the person's own language goes first.
    let mut awa = Browser::of(&t, &t.member(&Application::new("SN", "Awa Diop").reading("fr")));
    for (path, word) in [
        ("/directory?region=WCA", "Retirer le filtre\u{a0}: "),
        ("/members", "Membres par région"),
        ("/members/SN", "Langues officielles"),
        ("/technologies", "Priorité du projet"),
        ("/technologies/ai_ml", "Intelligence artificielle et apprentissage automatique"),
        ("/help/address-book", "Carnet d’adresses"),
    ] {
        let page = awa.open(path);
        assert!(page.has(word) && page.header("content-language") == Some("fr"), "{path}: {}", page.text());
    }
}

#[story]
fn w58_what_people_wrote_is_text_on_every_page(t: TestApp) {
    let awa = t.ncp("SN");
    let mut reader = Browser::of(&t, &t.member(&Application::new("CI", "Aya Koné")));
    let id = contact_of(&awa, "awa diop");
    let mut shown = 0;
    for payload in PAYLOADS {
        // Each page is parsed and checked as it is opened.
        let page = reader.open(&format!("/directory?q={}", encoded(payload)));
        assert_eq!(page.value("q"), payload.trim(), "{payload}");
        reader.open(&format!("/members?q={}", encoded(payload)));
        let odd = format!("/directory?sort={}&region={}", encoded(payload), encoded(payload));
        assert_eq!(reader.open(&odd).status, 200, "{payload}");
        if awa.patch("/me", &json!({"job_title": payload})).status == 200 {
            shown += 1;
            for path in [format!("/contacts/{id}"), "/directory?member=SN".to_owned(), "/members/SN".to_owned()] {
                let page = reader.open(&path);
                assert!(page.has(payload.trim()), "{payload} at {path}: {}", page.text());
            }
        }
    }
    assert!(shown > 10, "most of them can be written: {shown}");
}

#[story]
fn members_are_counted_by_region_on_any_day(t: TestApp) {
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let members = awa.open("/members");
    assert!(members.has("With a contact"), "{}", members.text());
    let then = awa.submit(&members, "Show that day", &[("on", "2020-01-01")]);
    assert!(then.has("Members by region on 1\u{a0}January 2020") && !then.has("With a contact"), "{}", then.text());
    assert_eq!(then.value("on"), "2020-01-01");
    let today = awa.click(&then, "Show today");
    assert!(today.has("With a contact"), "{}", today.text());
}
