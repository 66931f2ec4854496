//! Pages of results: what everybody reads and what the community does, figures as the release has them, and the steps
//! by which the Secretariat publishes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::authorisation::cast;
use crate::releases::{closed, open, open_again, submit, table};
use crate::support::browser::{Browser, Page, selector};
use crate::support::page::text_of;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Most bytes of a page of results.
const HEAVIEST: usize = 30_000;

/// The cells of the only table of figures, row by row.
fn cells(page: &Page) -> Vec<Vec<String>> {
    let document = page.document();
    let (rows, cells) = (selector("main table tbody tr"), selector("th, td"));
    let text = |cell: scraper::ElementRef<'_>| cell.text().collect::<String>().trim().to_owned();
    document.select(&rows).map(|row| row.select(&cells).map(text).collect()).collect()
}

/// What a page says for a count: its word where it is hidden, else the figure, with the share where there is one.
fn said(cell: &Value) -> String {
    match (cell["count"].as_u64(), cell["percent"].as_u64()) {
        (None, _) => "hidden".to_owned(),
        (Some(count), None) => count.to_string(),
        (Some(count), Some(percent)) => format!("{count} ({percent}%)"),
    }
}

/// The office of the Secretariat, with its browser.
fn office(t: &TestApp) -> (Person, Browser) {
    let admin = t.admin();
    let browser = Browser::of(t, &admin);
    (admin, browser)
}

#[story]
fn everybody_reads_public_results_and_the_community_the_others_too(t: TestApp) {
    let round = closed(&t);
    let members = round.published(&t, &json!({"audience": "members"}));
    let mut visitor = Browser::anonymous(&t);
    let none = visitor.open("/results");
    assert!(none.has("No results were published yet.") && !none.has("release no. 1"), "{}", none.text());
    let home = visitor.open("/");
    assert!(!home.has("New results of surveys"), "nothing is public yet: {}", home.text());

    let public = round.published(&t, &json!({"audience": "public"}));
    let home = visitor.open("/");
    let list = visitor.click(&home, "All results");
    assert!(list.has("release no. 2") && !list.has("release no. 1"), "{}", list.text());
    let release = visitor.open(&format!("/releases/{public}"));
    assert!(release.has("116 of 187 (62%)") && release.has("Everybody") && release.has("Europe"), "{}", release.text());
    let question = visitor.click(&release, "maturity");
    assert!(question.has("level_3 35 30% 35 to 106"), "{}", question.text());
    assert!(release.has("level_3: 35 (30%)"), "the leading figure stands in the list: {}", release.text());
    assert!(release.shows("main details a[href$='results.json']"), "what programs read: {}", release.html);
    let together = "Several answers counted together";
    assert!(question.has(together) && question.has("level_3 or higher 74 64%"), "{}", question.text());
    assert!(!question.has("level_5 or higher"), "that repeats a row: {}", question.text());
    assert!(!question.shows("main img[height='320']") && question.shows("main img[height]"), "{}", question.html);
    assert!(question.has("is the range in which this count would be"), "{}", question.text());
    assert!(!question.has("Log out") && !question.has("Answers by name"), "{}", question.text());
    for part in ["", "/questions/maturity", "/comparison"] {
        assert_eq!(visitor.open(&format!("/releases/{members}{part}")).status, 404, "{part}");
    }

    let awa = t.ncp("SN");
    let mut reader = Browser::of(&t, &awa);
    let home = reader.open("/");
    assert!(home.has("New results of surveys") && home.has("release no. 1 (The community)"), "{}", home.text());
    assert!(home.has("release no. 2 (Everybody)"), "{}", home.text());
    let list = reader.click(&home, "Results");
    assert!(list.has("release no. 2") && list.has("release no. 1"), "{}", list.text());
    assert_eq!(reader.open(&format!("/releases/{members}")).status, 200);
    let page = reader.open(&format!("/rounds/{}", round.id));
    assert!(page.has("Release no. 1") && !page.has("Releases of this round"), "{}", page.text());
    assert!(reader.open("/surveys/scs").has("Release no. 2"));
    assert_eq!(reader.open(&format!("/rounds/{}/releases", round.id)).status, 403);
}

#[story]
fn a_page_shows_the_figures_of_the_release_and_a_word_for_each_that_is_hidden(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let mut hidden = 0;
    for question in ["maturity", "it_strategy", "willing"] {
        let address = format!("/releases/{release}/questions/{question}");
        let told = table(&awa, &release, &format!("question={question}"));
        let page = browser.open(&address);
        assert!(page.html.len() < HEAVIEST, "{} bytes", page.html.len());
        let shown = cells(&page);
        for (place, cell) in told["rows"][0]["cells"].as_array().unwrap().iter().enumerate() {
            let count = cell["count"].as_u64().map_or("hidden".to_owned(), |count| count.to_string());
            assert_eq!(shown[place][1], count, "{question}: {:?}", shown[place]);
        }
        for by in ["region", "willing"] {
            if by == "willing" && question != "maturity" {
                continue;
            }
            let told = table(&awa, &release, &format!("question={question}&by={by}"));
            let page = browser.open(&format!("{address}?by={by}"));
            assert!(page.html.len() < HEAVIEST, "{} bytes", page.html.len());
            let shown = cells(&page);
            let groups = told["rows"].as_array().unwrap();
            for (group, row) in groups.iter().enumerate() {
                for (place, cell) in row["cells"].as_array().unwrap().iter().enumerate() {
                    // Before the options stand how many took part and were asked.
                    assert_eq!(shown[place + 2][group + 1], said(cell), "{question} by {by}: {}", row["key"]);
                    hidden += usize::from(cell["count"].is_null());
                }
            }
            assert_eq!(page.has("Nothing tells which of the two it is."), page.has("hidden"), "{by}");
        }
    }
    assert!(hidden > 20, "the fixture hides figures: {hidden}");
    let by_region = browser.open(&format!("/releases/{release}/questions/maturity?by=region"));
    let document = by_region.document();
    let heads: Vec<String> = document.select(&selector("main thead th")).map(text_of).collect();
    assert_eq!(heads[1..3], ["Americas and the Caribbean", "Europe"], "as everywhere");
    let chart = document.select(&selector("main img")).next().unwrap().attr("src").unwrap().to_owned();
    let answer = browser.send("GET", &chart, None);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/svg+xml")));
    assert!(answer.text.contains("Hidden"), "{}", answer.text);
    assert_eq!(browser.open(&format!("/releases/{release}/questions/unit")).status, 404, "it is not counted");
    let next = browser.click(&by_region, "Next question");
    assert!(next.path.ends_with("/questions/it_strategy"), "{}", next.path);
    for file in ["Workbook (XLSX)", "CSV, separated by tabs", "JSON, as it is stored", "SDMX-CSV 2.0"] {
        let page = browser.open(&format!("/releases/{release}"));
        assert_eq!(browser.send("GET", &page.link(file), None).status, 200, "{file}");
    }
}

#[story]
fn the_secretariat_sees_what_is_hidden_and_why_before_it_publishes(t: TestApp) {
    let round = closed(&t);
    let (admin, mut browser) = office(&t);
    let page = browser.open(&format!("/rounds/{}", round.id));
    let form = browser.click(&page, "Publish results");
    assert!(form.has("Nothing was published of this round yet."), "{}", form.text());
    let refused = browser.submit(&form, "Show the preview", &[("bands", "maturity")]);
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(!refused.error("audience").is_empty(), "{}", refused.text());
    let fields = [("audience", "members"), ("bands", "")];
    let preview = browser.submit(&refused, "Show the preview", &fields);
    assert!(preview.has("Preview of release no. 1") && preview.has("116 of 187 (62%)"), "{}", preview.text());
    assert!(preview.has("It is small, or a small figure could be computed from it"), "{}", preview.text());
    assert!(preview.html.len() < HEAVIEST, "{} bytes", preview.html.len());
    let told = admin.post(&format!("/rounds/{}/releases/preview", round.id), &json!({"audience": "members"}));
    let hidden = told.expect(200)["hidden"].as_array().unwrap().clone();
    let reasons = ["few_respondents", "protects"];
    for (reason, words) in reasons
        .iter()
        .zip(["Too few answered in this group", "It is small, or a small figure could be computed from it"])
    {
        let count = hidden.iter().filter(|figure| figure["because"] == *reason).count();
        let row = format!("{words} {count}");
        assert_eq!(preview.has(&row), count > 0, "{row}: {}", preview.text());
    }
    let list = format!("/rounds/{}/releases", round.id);
    assert_eq!(admin.get(&list).expect(200)["data"], json!([]), "nothing is published yet");

    let published = browser.submit(&preview, "Publish release no. 1 for the community", &[]);
    assert!(published.has("Release no. 1 is published."), "{}", published.text());
    // The button is pressed twice: it is carried out once.
    let again = browser.submit(&preview, "Publish release no. 1 for the community", &[]);
    assert_eq!(again.path, published.path);
    assert_eq!(admin.get(&list).expect(200)["data"].as_array().unwrap().len(), 1);

    let form = browser.open(&list);
    let preview = browser.submit(&form, "Show the preview", &[("audience", "members"), ("corrects", "1")]);
    let second = browser.submit(&preview, "Publish release no. 2 for the community", &[]);
    assert!(second.has("Corrects Release no. 1"), "{}", second.text());
    let first = browser.open(&published.path);
    assert!(first.has("A later release corrects this one: Release no. 2"), "{}", first.text());
}

#[story]
fn the_preview_of_too_few_answers_says_that_alone(t: TestApp) {
    let round = open(&t, "scs");
    let member = round.members["AP"][0].clone();
    let answers = json!({"maturity": "level_4", "it_strategy": "yes", "willing": "no"});
    round.submit(&t, &[(member, answers)], false);
    let (_, mut browser) = office(&t);
    for is_closed in [false, true] {
        if is_closed {
            round.close(&t);
        }
        let form = browser.open(&format!("/rounds/{}/releases", round.id));
        assert!(form.has("What you see in the preview counts as published"), "{}", form.text());
        let preview = browser.submit(&form, "Show the preview", &[("audience", "members")]);
        assert!(preview.has("This release only tells how many took part."), "{}", preview.text());
        assert!(preview.has("Fewer than 5 have answered, so no figures can be published."), "{}", preview.text());
        assert!(!preview.has("Left out") && !preview.has("is hidden"), "{}", preview.text());
    }
}

#[story]
fn what_comes_between_preview_and_publication_is_told_first(t: TestApp) {
    let round = closed(&t);
    let (admin, mut browser) = office(&t);
    let form = browser.open(&format!("/rounds/{}/releases", round.id));
    let preview = browser.submit(&form, "Show the preview", &[("audience", "public")]);
    t.pass(Duration::from_mins(1));
    let late = round.members["EUR"].last().unwrap().clone();
    submit(&t, &round.id, &late, &json!({"maturity": "level_5", "it_strategy": "yes", "willing": "yes"}), false);
    t.pass(Duration::from_mins(1));
    let changed = browser.submit(&preview, "Publish release no. 1 for everybody", &[]);
    assert_eq!(changed.status, 412, "{}", changed.text());
    assert!(changed.has("Nothing was published.") && changed.has("117 of 187"), "{}", changed.text());
    let list = format!("/rounds/{}/releases", round.id);
    assert_eq!(admin.get(&list).expect(200)["data"], json!([]));
    t.pass(Duration::from_mins(1));
    let published = browser.submit(&changed, "Publish release no. 1 for everybody", &[]);
    assert!(published.has("Release no. 1 is published.") && published.has("117 of 187"), "{}", published.text());

    // Programs name the preview, too.
    let path = format!("/rounds/{}/releases", round.id);
    let told = admin.post(&format!("{path}/preview"), &json!({"audience": "public"}));
    let tag = told.header("etag").expect("a tag").to_owned();
    let other = admin.with_header("if-match", "\"0123456789abcdef\"");
    assert_eq!(other.post(&path, &json!({"audience": "public"})).refused(412), "changed_meanwhile");
    t.pass(Duration::from_mins(1));
    admin.with_header("if-match", &tag).post(&path, &json!({"audience": "public"})).expect(201);
}

#[story]
fn results_are_read_in_french(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "public"}));
    let mut browser = Browser::anonymous(&t).in_french();
    let list = browser.open("/results");
    assert!(list.has("Résultats des enquêtes") && list.has("publication n°"), "{}", list.text());
    let page = browser.open(&format!("/releases/{release}/questions/maturity?by=region"));
    assert!(page.has("masqué") && page.has("level_1 (fr)") && !page.has("hidden"), "{}", page.text());
    assert!(
        page.html.contains("lang=fr&amp;by=region") || page.html.contains("lang=fr&#38;by=region"),
        "{}",
        page.html
    );
    let help = browser.open("/help/survey-method");
    assert!(help.has("Quel risque subsiste"), "{}", help.text());
}

#[story]
fn an_administration_stands_beside_its_region_and_learns_what_its_consent_would_do(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let member = round.members["AP"][0].clone();
    let chieko = t.member(&Application::new(&member, "Chieko Sato"));
    let mut browser = Browser::of(&t, &chieko);
    let page = browser.open(&format!("/releases/{release}"));
    let own = browser.click(&page, "Your administration beside its region and all");
    let rows = cells(&own);
    let maturity = rows.iter().find(|row| row[0] == "maturity").expect("the question");
    let by_region = table(&chieko, &release, "question=maturity&by=region");
    let of = |key: &str| by_region["rows"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap().clone();
    let all = table(&chieko, &release, "question=maturity");
    let expected = ["level_1".to_owned(), said(&of("AP")["cells"][0]), said(&all["rows"][0]["cells"][0])];
    assert_eq!(maturity[1..], expected, "nothing is computed afresh");
    assert!(own.has("count your own answers too"), "{}", own.text());
    let checked = browser.submit(&own, "Check the consent", &[]);
    let check = chieko.get(&format!("/rounds/{}/consent-check", round.id)).expect(200);
    assert_eq!(checked.has("would still protect the other administrations"), check["is_safe"] == true);
    let (_, mut office) = office(&t);
    assert_eq!(office.open(&format!("/releases/{release}/own")).status, 403, "the Secretariat answers for nobody");
}

#[story]
fn the_own_answer_is_in_words_where_no_figures_are_shown(t: TestApp) {
    let round = open(&t, "scs");
    let member = round.members["AP"][0].clone();
    let answers = json!({"maturity": "level_4", "it_strategy": "yes", "willing": "no"});
    round.submit(&t, &[(member.clone(), answers)], false);
    round.close(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let chieko = t.member(&Application::new(&member, "Chieko Sato"));
    let told = chieko.get(&format!("/releases/{release}/own")).expect(200);
    let maturity = told["data"].as_array().unwrap().iter().find(|row| row["table"]["question"] == "maturity").unwrap();
    assert_eq!(maturity["table"]["columns"], json!([]), "one respondent gives no figures: {maturity}");
    assert_eq!(maturity["answer"], "level_4", "programs get the code");
    let mut browser = Browser::of(&t, &chieko).in_french();
    let own = browser.open(&format!("/releases/{release}/own"));
    let shown = cells(&own);
    let answer = |question: &str| shown.iter().find(|row| row[0] == question).expect("the question")[1].clone();
    let said = ["maturity (fr)", "it_strategy (fr)", "willing (fr)"].map(answer);
    assert_eq!(said, ["level_4 (fr)", "yes (fr)", "no (fr)"], "{}", own.text());
}

#[story]
fn an_entry_of_the_log_names_what_is_known_in_the_language_of_its_reader(t: TestApp) {
    let round = closed(&t);
    round.published(&t, &json!({"audience": "members"}));
    let mut office = Browser::of(&t, &t.admin()).in_french();
    let log = office.open("/audit?action=release_published");
    let document = log.document();
    let link = document.select(&selector("tbody th a")).next().unwrap().attr("href").unwrap().to_owned();
    let entry = office.open(&link);
    assert!(entry.has("Lecteurs") && entry.has("La communauté") && !entry.has("members"), "{}", entry.text());
    assert!(entry.has("Édition") && entry.has("Douane intelligente"), "{}", entry.text());
    assert!(entry.shows(&format!("main a[href='/rounds/{}']", round.id)), "{}", entry.html);
}

#[story]
fn answers_by_name_are_read_where_the_question_permits_it(t: TestApp) {
    let people = cast(&t);
    let round = closed(&t);
    round.published(&t, &json!({"audience": "members"}));
    let (_, mut office) = office(&t);
    let page = office.open(&format!("/rounds/{}", round.id));
    let questions = office.click(&page, "Answers by name");
    assert!(
        questions.has("willing") && questions.html.contains("question=unit") && !questions.has("maturity"),
        "{}",
        questions.text()
    );
    let units = office.click(&questions, "unit");
    assert!(units.has("Unit of ") && units.has("Next "), "{}", units.text());
    let file = office.send("GET", &questions.link("All answers by name as CSV, separated by commas"), None);
    assert_eq!(file.status, 200, "{}", file.text);
    let address = format!("/rounds/{}/answers", round.id);
    for (role, person) in people.iter().filter(|(role, _)| ["ncp", "partner", "auditor"].contains(role)) {
        let mut browser = Browser::of(&t, person);
        let page = browser.open(&address);
        if *role == "partner" {
            assert_eq!(page.status, 404, "{role} does not learn that the round exists: {}", page.text());
            let release = browser.open("/results");
            assert_eq!(release.status, 200, "{role} reads results");
            continue;
        }
        assert!(page.has("willing") && !page.html.contains("question=unit"), "{role}: {}", page.text());
        let named = browser.click(&page, "willing");
        assert!(named.has("There are no answers that may be shown."), "nobody agreed: {}", named.text());
        assert_eq!(browser.open(&format!("{address}?question=unit")).status, 403, "{role}");
    }
}

#[story]
fn a_question_is_followed_over_the_rounds(t: TestApp) {
    let first = closed(&t);
    first.published(&t, &json!({"audience": "public"}));
    t.pass(Duration::from_hours(24));
    let second = open_again(&t, "scs");
    second.submit(&t, &second.answers()[..100], false);
    second.close(&t);
    let release = second.published(&t, &json!({"audience": "public"}));
    let mut visitor = Browser::anonymous(&t);
    let question = visitor.open(&format!("/releases/{release}/questions/willing"));
    let trend = visitor.click(&question, "This question, round by round");
    let taken: Vec<String> = cells(&trend).iter().take(2).map(|row| row[1].clone()).collect();
    assert_eq!(taken, ["116", "100"], "{}", trend.text());
    assert!(trend.shows("svg[role=img] rect"), "a bar for each round: {}", trend.html);
    let is_whole = trend.has("Asia/Pacific") && !trend.has("Americas");
    assert!(is_whole, "a region with hidden figures is not in a series: {}", trend.text());
    let all = visitor.open("/surveys/scs/trend");
    assert!(trend.shows("nav.crumbs a[href='/surveys/scs/trend']") && all.title().contains("round by round"));
    assert!(all.has("maturity"), "{}", all.text());
    assert_eq!(visitor.open("/surveys/nothing/trend").status, 404);
}
