//! Organisations by their names, and choices in place of codes that are typed.

use scraper::ElementRef;
use serde_json::json;

use crate::support::browser::{Browser, selector};
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// The coordinator of a member, logged in with two factors.
fn coordinator(t: &TestApp, application: Application) -> Person {
    t.member(&Application { role: "coordinator", ..application })
}

#[story]
fn the_secretariat_chooses_a_member_by_its_name_and_reads_names_everywhere(t: TestApp) {
    t.ncp("SN");
    let mut browser = Browser::of(&t, &t.admin());
    let form = browser.open("/people/invite");
    let document = form.document();
    let options = selector("select[name=organisation] option");
    let names: Vec<String> = document.select(&options).map(|option| option.text().collect()).collect();
    assert!(names.len() > 187 && names.iter().any(|name| name == "Côte d’Ivoire"), "{names:?}");
    let fields = [("name", "Yuki Mori"), ("email", "yuki.mori@customs-jp.example"), ("organisation", "JP")];
    let invited = browser.submit(&form, "Send the invitation", &fields);
    assert!(invited.has("Yuki Mori is invited.") && invited.title().contains("Japan"), "{}", invited.text());

    let people = browser.open("/people");
    let found = browser.submit(&people, "Show", &[("member", "SN")]);
    assert!(found.has("Awa Diop") && !found.has("Yuki Mori"), "{}", found.text());
    assert!(found.has("Remove the filter: Senegal") && found.shows("td[data-label=Organisation]"), "{}", found.text());
    let history = browser.open("/members/SN/history");
    assert!(history.title().starts_with("History of Senegal (SN)"), "{}", history.title());
}

#[story]
fn an_organisation_has_its_name_in_the_language_of_the_reader(t: TestApp) {
    let fatou = coordinator(&t, Application::new("SN", "Fatou Sarr").reading("fr"));
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    let mut browser = Browser::of(&t, &fatou);
    for address in ["/account", "/account/appointments", "/tasks", "/people", "/people/invite"] {
        let page = browser.open(address);
        assert!(page.has("Sénégal"), "{address}: {}", page.text());
    }
    // A name that the Secretariat changes is on the next page.
    let mut office = Browser::of(&t, &t.admin());
    let form = office.open("/members/SN/edit");
    office.submit(&form, "Save changes", &[("name_fr", "République du Sénégal")]);
    assert!(browser.open("/people").has("République du Sénégal"));
}

#[story]
fn an_audience_is_chosen_by_names(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let mut author = Browser::of(&t, &admin);
    let form = author.open("/announcements/new");
    assert!(form.shows("fieldset[id=audience-members] details input[value=SN]"), "{}", form.html);
    assert!(!form.shows("fieldset[id=audience-members] details[open]"), "nothing is chosen");
    let preview = author.submit(
        &form,
        "Save and preview",
        &[
            ("variants-en-subject", "Drones"),
            ("variants-en-body_markdown", "Dear all."),
            ("audience-members", "SN"),
            ("audience-members", "KE"),
            ("audience-technologies", "drones"),
            ("audience-languages", "French, arabe"),
            ("audience-adoption-technologies", "drones"),
            ("audience-adoption-states", "in_use"),
            ("audience-adoption-willing_to_share", "true"),
        ],
    );
    assert_eq!(preview.status, 200, "{}", preview.text());
    let draft = admin.all("/announcements").pop().unwrap();
    let id = draft["id"].as_str().unwrap();
    let audience = admin.get(&format!("/announcements/{id}")).expect(200)["audience"].clone();
    assert_eq!((&audience["technologies"], &audience["languages"]), (&json!(["drones"]), &json!(["fr", "ar"])));
    assert_eq!(audience["members"].as_array().unwrap().len(), 2, "{audience}");
    let adoption = json!({"technologies": ["drones"], "states": ["in_use"], "willing_to_share": true});
    assert_eq!(audience["adoption"], adoption);
    let edit = author.open(&format!("/announcements/{id}/edit"));
    assert_eq!(edit.value("audience-languages"), "French, Arabic");
    for chosen in [
        "audience-members][value=SN",
        "audience-members][value=KE",
        "audience-technologies][value=drones",
        "audience-adoption-states][value=in_use",
    ] {
        assert!(edit.shows(&format!("input[name={chosen}][checked]")), "{chosen}: {}", edit.html);
    }
    assert!(edit.shows("fieldset[id=audience-members] details[open] input[value=SN]"), "{}", edit.html);
    let list = author.open("/announcements/manage");
    assert!(list.has("Not sent"), "a draft has no date of sending: {}", list.text());
}

#[story]
fn the_languages_of_a_contact_are_names(t: TestApp) {
    let awa = t.ncp("SN");
    let found = awa.get("/contacts?q=awa").expect(200);
    let id = found["data"][0]["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::of(&t, &awa);
    let form = browser.open(&format!("/contacts/{id}/edit"));
    let saved = browser.submit(&form, "Save changes", &[("languages", "Wolof, français")]);
    assert!(saved.has("Wolof, French"), "{}", saved.text());
    assert_eq!(browser.open(&format!("/contacts/{id}/edit")).value("languages"), "Wolof, French");
}

#[story]
fn the_languages_of_a_member_are_names(t: TestApp) {
    let admin = t.admin();
    let mut browser = Browser::of(&t, &admin);
    let form = browser.open("/members/SN/edit");
    assert_eq!(form.value("languages"), "French");
    let saved = browser.submit(&form, "Save changes", &[("languages", "French, wolof")]);
    assert!(saved.has("French, Wolof"), "{}", saved.text());
    assert_eq!(t.ncp("SN").get("/members/SN").expect(200)["languages"], json!(["fr", "wo"]));
}

#[story]
fn who_has_no_successor_is_led_to_invite_one(t: TestApp) {
    let (fatou, awa) = (coordinator(&t, Application::new("SN", "Fatou Sarr")), t.ncp("SN"));
    let id = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::of(&t, &fatou);
    let page = browser.open(&format!("/appointments/{id}/replace"));
    assert!(page.has("Nobody else has an appointment in this role") && !page.shows("main form"), "{}", page.text());
    let invite = browser.click(&page, "Invite a successor");
    assert_eq!(invite.path, format!("/people/invite?replaces={id}"));
}

#[story]
fn nobody_is_invited_to_the_secretariat_and_a_successor_is_invited_to_the_same_place(t: TestApp) {
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let own = admin.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let id = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::of(&t, &admin);
    assert!(!browser.open(&format!("/appointments/{own}")).has("Invite a successor"));
    let form = browser.open("/people/invite");
    assert!(form.has("Organisation") && !form.shows("select[name=organisation] option[value=XS]"), "{}", form.text());
    let page = browser.open(&format!("/appointments/{id}"));
    let form = browser.click(&page, "Invite a successor");
    assert_eq!((form.value("organisation"), form.value("role")), ("SN".to_owned(), "ncp".to_owned()));
}

#[story]
fn the_log_names_people_to_who_knows_them_and_has_words_for_codes(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let mut browser = Browser::of(&t, &admin);
    let log = browser.open("/audit?action=login");
    assert!(log.has("Awa Diop"), "{}", log.text());
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let found = browser.open(&format!("/audit?action=login&person={id}"));
    assert!(found.has("Remove the filter: Awa Diop"), "{}", found.text());
    let document = found.document();
    let entry = document.select(&selector("tbody th a")).next().unwrap().attr("href").unwrap().to_owned();
    let entry = browser.open(&entry);
    assert!(entry.has("Awa Diop") && entry.has("Level of the login password"), "{}", entry.text());
}

#[story]
fn the_union_is_listed_beside_the_members_and_counted_as_none(t: TestApp) {
    let admin = t.admin();
    let mut browser = Browser::of(&t, &admin);
    let members = browser.open("/members");
    assert!(members.has("187 Members and one union") && members.has("European Union"), "{}", members.text());
    let home = browser.open("/");
    let (document, cells) = (home.document(), selector("section[aria-labelledby=regions] td[data-label=Members]"));
    let number = |cell: ElementRef<'_>| cell.text().collect::<String>().trim().parse::<u32>().unwrap();
    let numbers: Vec<u32> = document.select(&cells).map(number).collect();
    // The last row has the sum of the others.
    let (total, regions) = numbers.split_last().unwrap();
    assert_eq!((*total, regions.iter().sum()), (187, 187), "{}", home.text());
    assert_eq!(admin.get("/statistics/directory").expect(200)["members"], 187);
    assert_eq!(admin.get("/regions").expect(200)["total"]["members"], 187);
    let figures = browser.open("/statistics");
    assert!(figures.has("Members 187"), "{}", figures.text());
}
