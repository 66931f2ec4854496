//! The public figures of 2024, compared with what the API tells: to everybody without a login, and to the Secretariat.

#![expect(clippy::indexing_slicing, reason = "serde_json answers null for what is not there")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde_json::{Value, json};

use super::data::{self, FIGURES, Figures};
use super::{Replayed, Stage};
use crate::demo::client::Client;
use crate::demo::step::{Step, expect};
use crate::secrets::{fingerprint_of, hex};

/// The rows of a file, each by the heads of its columns.
type Rows = Vec<BTreeMap<String, String>>;

pub(super) fn verify(stage: &Stage<'_>, replayed: &Replayed) -> Step<()> {
    let (visitor, officer) = (&stage.anonymous, (stage.officer)()?);
    frame(&officer, replayed)?;
    for (reader, release) in [(visitor, &replayed.public), (&officer, &replayed.members)] {
        rates(reader, &replayed.round, release)?;
        for figures in &FIGURES {
            totals(reader, release, figures)?;
            by_region(reader, release, figures)?;
        }
        file(reader, release)?;
    }
    partners(visitor, replayed)?;
    receipts(visitor, replayed)?;
    secretariat(&officer, replayed)?;
    (stage.tell)("The public figures come out: 116 of 186 (62 %); levels 15, 27, 35, 31, 8; strategy 107; willing 73");
    Ok(())
}

fn same<T: PartialEq + Debug>(what: &str, found: &T, wanted: &T) -> Step<()> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {wanted:?} is public, but the portal tells {found:?}")) }
}

fn list<'v>(answer: &'v Value, member: &str) -> Step<&'v Vec<Value>> {
    answer[member].as_array().ok_or_else(|| format!("no {member}: {answer}"))
}

/// The members of the day: Palau has joined before, Saint Vincent and the Grenadines comes later, and the European Union
/// is none.
fn frame(officer: &Client, replayed: &Replayed) -> Step<()> {
    let frame = expect(200, officer.get(&format!("/rounds/{}/frame", replayed.round)))?;
    let rows = list(&frame, "data")?;
    same("asked", &rows.len(), &data::ASKED)?;
    let asked = |code: &str| rows.iter().any(|row| row["organisation"] == code);
    same("Palau, Saint Vincent, the EU", &["PW", "VC", "EU"].map(asked), &[true, false, false])?;
    for (region, count) in data::REGIONS {
        let found = rows.iter().filter(|row| row["region"] == region).count();
        same(region, &u32::try_from(found).unwrap_or_default(), &count)?;
    }
    Ok(())
}

fn rates(reader: &Client, round: &str, release: &str) -> Step<()> {
    let releases = expect(200, reader.get(&format!("/rounds/{round}/releases")))?;
    let told = list(&releases, "data")?.iter().find(|told| told["id"] == release);
    let told = told.ok_or_else(|| format!("the release is not listed: {releases}"))?;
    let found = ["n", "frame", "response_rate"].map(|member| told[member].clone());
    same("answered", &found, &[json!(data::SUBMITTED), json!(data::ASKED), json!(data::RESPONSE_RATE)])?;
    let stored = reader.get(&format!("/releases/{release}/results.json")).map_err(|error| error.to_string())?;
    same("the hash", &told["sha256"], &json!(hex(&fingerprint_of(&stored.bytes))))
}

/// The one table of a question.
fn table(reader: &Client, release: &str, query: &str) -> Step<Value> {
    let results = expect(200, reader.get(&format!("/releases/{release}/results?{query}")))?;
    match list(&results, "data")?.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(format!("not one table: {results}")),
    }
}

fn totals(reader: &Client, release: &str, figures: &Figures) -> Step<()> {
    let table = table(reader, release, &format!("question={}", figures.question))?;
    let row = list(&table, "rows")?.iter().find(|row| row["key"] == "all").cloned().unwrap_or_default();
    let cells: Vec<Value> = list(&row, "cells")?.iter().map(|cell| told(&cell["option"], cell)).collect();
    let wanted: Vec<Value> =
        figures.counts.iter().map(|(option, count, percent)| json!([option, count, percent])).collect();
    same(figures.question, &cells, &wanted)
}

fn told(option: &Value, cell: &Value) -> Value {
    json!([option, cell["count"], cell["percent"]])
}

fn by_region(reader: &Client, release: &str, figures: &Figures) -> Step<()> {
    let table = table(reader, release, &format!("question={}&by=region", figures.question))?;
    let rows = list(&table, "rows")?.iter().filter(|row| row["key"] != "all");
    let cells = rows.flat_map(|row| row["cells"].as_array().into_iter().flatten());
    let hidden = cells.filter(|cell| cell["count"].is_null()).count();
    same(&format!("hidden by region, {}", figures.question), &hidden, &figures.hidden_by_region)
}

fn rows(reader: &Client, release: &str) -> Step<Rows> {
    let path = format!("/releases/{release}/results.csv?separator=comma&lang=en");
    let answer = reader.get(&path).map_err(|error| error.to_string())?;
    let bare = answer.text.trim_start_matches(crate::http::csv::BYTE_ORDER_MARK);
    let read = csv::Reader::from_reader(bare.as_bytes()).deserialize().collect::<Result<Rows, _>>();
    read.map_err(|error| format!("{error}: {}", answer.text))
}

fn is(row: &BTreeMap<String, String>, wanted: &[(&str, &str)]) -> bool {
    wanted.iter().all(|(head, value)| row.get(*head).is_some_and(|found| found == value))
}

/// The file has the same figures, and its title says what is made up.
fn file(reader: &Client, release: &str) -> Step<()> {
    let rows = rows(reader, release)?;
    let title = rows.first().and_then(|row| row.get("label")).cloned().unwrap_or_default();
    same("a title that says what is made up", &title.contains("made up"), &true)?;
    for figures in &FIGURES {
        let of = |table: &str, row: &BTreeMap<String, String>| {
            is(row, &[("table", table), ("question", figures.question), ("measure", "count")])
        };
        let all = rows.iter().filter(|row| of("totals", row)).filter_map(|row| row.get("value").cloned());
        let wanted: Vec<String> = figures.counts.iter().map(|(_, count, _)| count.to_string()).collect();
        same(&format!("{} in the file", figures.question), &all.collect(), &wanted)?;
        let hidden = rows.iter().filter(|row| of("region", row) && is(row, &[("is_hidden", "true"), ("value", "")]));
        let hidden = hidden.filter(|row| !is(row, &[("group", "all")])).count();
        same(&format!("hidden in the file, {}", figures.question), &hidden, &figures.hidden_by_region)?;
    }
    Ok(())
}

/// Of six agencies nothing but their number appears.
fn partners(visitor: &Client, replayed: &Replayed) -> Step<()> {
    let six = data::AGENCIES.len();
    let releases = expect(200, visitor.get(&format!("/rounds/{}/releases", replayed.partner_round)))?;
    same("agencies", &releases["data"][0]["n"], &json!(six))?;
    for query in ["", "?by=region"] {
        let results = expect(200, visitor.get(&format!("/releases/{}/results{query}", replayed.partners)))?;
        let tables = list(&results, "data")?;
        let told = tables.iter().filter(|table| table["withheld"].is_null() || table["rows"] != json!([])).count();
        same("tables about agencies", &(told, tables.is_empty()), &(0, false))?;
    }
    let figures = rows(visitor, &replayed.partners)?.into_iter().filter(|row| !is(row, &[("value", "")]));
    let wanted = [("table", "rates"), ("value", "6")];
    same("figures about agencies", &figures.filter(|row| !is(row, &wanted)).count(), &0)
}

/// Anybody can look each receipt up, and sees which submissions were late.
fn receipts(visitor: &Client, replayed: &Replayed) -> Step<()> {
    let mut late = 0;
    for (sha256, is_late) in &replayed.receipts {
        let receipt = expect(200, visitor.get(&format!("/receipts/{sha256}")))?;
        same("a receipt", &[&receipt["state"], &receipt["is_late"]], &[&json!("valid"), &json!(is_late)])?;
        late += usize::from(*is_late);
    }
    same("receipts, and late ones", &(replayed.receipts.len(), late), &(data::SUBMITTED, data::LATE))
}

fn secretariat(officer: &Client, replayed: &Replayed) -> Step<()> {
    let round = &replayed.round;
    let progress = expect(200, officer.get(&format!("/rounds/{round}/progress")))?;
    let extended = list(&progress, "data")?.iter().filter(|row| row["is_extended"] == true).count();
    same("submitted", &progress["submitted"], &json!(data::SUBMITTED))?;
    same("with more time", &extended, &data::LATE)?;
    let ledger = expect(200, officer.get(&format!("/rounds/{round}/deadlines")))?;
    same("deadlines", &list(&ledger, "data")?.len(), &(2 + data::LATE))?;
    let requests = expect(200, officer.get(&format!("/rounds/{round}/extension-requests")))?;
    let granted = list(&requests, "data")?.iter().filter(|request| request["state"] == "granted").count();
    same("granted requests", &granted, &data::LATE)?;
    let details = expect(200, officer.get(&format!("/rounds/{round}/answers?question=use_description")))?;
    same("details", &list(&details, "data")?.len(), &data::DETAILED)
}
