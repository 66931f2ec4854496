//! Tables of a release from counts, and whether a table stands.

use crate::artefact::{ALL, Cell, Kind, NO_ANSWER, Outcome, QuestionResult, Reason, Row, Table};
use crate::count::{Count, Line};
use crate::derived;
use crate::grid::Grid;
use crate::hiding::Views;
use crate::plan::{Counted, Plan, Routing};

/// Which table of a question: of all respondents, or by region under the new totals, if there are any.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Level<'a> {
    All,
    Regions(Option<&'a Table>),
}

impl Level<'_> {
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// What tables are made from.
pub(crate) struct Maker<'a> {
    pub plan: &'a Plan,
    pub count: &'a Count,
    pub k: u32,
    pub number: u32,
    pub as_of: &'a str,
}

impl Maker<'_> {
    /// Whether everybody knows how many were asked a question. Where several questions decide on that, or one that is
    /// not told, its base would be a count of their answers together, which no table protects: then it has no table.
    pub fn is_base_known(&self, questions: &[QuestionResult], number: usize, is_all: bool) -> bool {
        match self.plan.items[number].routing {
            Routing::Always => true,
            Routing::One(parent) => questions.get(parent).is_some_and(|result| {
                let has_options = is_all || self.plan.items[parent].coarse.is_none();
                let outcome = if is_all { &result.totals } else { &result.by_region };
                has_options && self.is_new_and_whole(outcome)
            }),
            Routing::Many => false,
        }
    }

    fn is_new(&self, table: &Table) -> bool {
        table.is_of(self.number, self.as_of)
    }

    fn is_new_and_whole(&self, outcome: &Outcome) -> bool {
        outcome.table().is_some_and(|table| self.is_new(table) && table.rows.iter().all(Row::is_whole))
    }

    /// The lines of a table: of all, or by region.
    pub fn lines(&self, count: &Count, number: usize, is_all: bool, without_named: bool) -> Vec<Line> {
        let lines = count.lines(number, without_named);
        match &self.plan.items[number].coarse {
            _ if is_all => vec![lines.iter().fold(Line::default(), |sum, line| sum.plus(line))],
            None => lines,
            Some(coarse) => lines.iter().map(|line| line.joined(&coarse.columns)).collect(),
        }
    }

    /// A question as the table tells it.
    pub fn item(&self, number: usize, is_all: bool) -> &Counted {
        let item = &self.plan.items[number];
        item.coarse.as_ref().filter(|_| !is_all).map_or(item, |coarse| &coarse.item)
    }

    /// Which totals of the table by region are hidden, where those above are; none where it may have none. Bands would
    /// add up what is hidden above.
    pub fn totals(&self, number: usize, above: &Table) -> Option<Vec<bool>> {
        let row = above.rows.last()?;
        match &self.plan.items[number].coarse {
            None => Some(row.cells.iter().map(|cell| cell.count.is_none()).collect()),
            Some(coarse) => row.is_whole().then(|| vec![false; columns(&coarse.item).len()]),
        }
    }

    /// What readers can see: of all respondents, and of those whom members do not know by name.
    pub fn views(&self, number: usize, is_all: bool) -> Views {
        let named = if self.count.has_named(number) { &[false, true][..] } else { &[false] };
        let views = named.iter().map(|without| self.lines(self.count, number, is_all, *without)).collect();
        Views::of(self.item(number, is_all), views, self.k)
    }

    /// What a table hides; none where it has other columns or rows.
    pub fn grid(&self, number: usize, table: &Table, is_all: bool) -> Option<Grid> {
        grid(table, &columns(self.item(number, is_all)))
    }

    /// The table with these cells hidden.
    pub fn table(&self, number: usize, grid: &Grid, is_all: bool) -> Table {
        let item = self.item(number, is_all);
        let columns = columns(item);
        let lines = self.lines(self.count, number, is_all, false);
        let all = lines.iter().fold(Line::default(), |sum, line| sum.plus(line));
        let mut rows = Vec::new();
        if !is_all {
            let keys = self.count.n().by_region.into_keys();
            for ((key, line), hidden) in keys.zip(&lines).zip(&grid.rows) {
                rows.push(self.row(item, &key, line, hidden, &columns));
            }
        }
        let mut last = self.row(item, ALL, &all, &grid.totals, &columns);
        if item.kind == Kind::Number && is_all && last.is_whole() {
            last.median = derived::median(&item.steps, self.count.steps(number), self.k);
        }
        rows.push(last);
        Table { number: self.number, as_of: self.as_of.to_owned(), columns, rows }
    }

    fn row(&self, item: &Counted, key: &str, line: &Line, hidden: &[bool], columns: &[String]) -> Row {
        let cells: Vec<Cell> = columns
            .iter()
            .zip(&line.columns)
            .zip(hidden)
            .map(|((option, count), is_hidden)| Cell { option: option.clone(), count: (!is_hidden).then_some(*count) })
            .collect();
        let base = Some(line.size - line.columns[item.not_asked()]);
        let mut row = Row {
            key: key.to_owned(),
            n: line.size,
            base,
            cells,
            median: None,
            at_least: Vec::new(),
            bands: Vec::new(),
        };
        if row.is_whole() {
            derived::add(&mut row, item, &line.columns, self.k);
        }
        row
    }

    /// Whether a table of a release may stand beside the questions before it.
    pub fn stands(&self, before: &[QuestionResult], number: usize, table: &Table, is_all: bool) -> bool {
        let Some(grid) = self.grid(number, table, is_all) else { return false };
        self.is_base_known(before, number, is_all)
            && self.views(number, is_all).is_safe(&grid)
            && self.table(number, &grid, is_all) == *table
    }

    /// Why a pair is not served.
    pub fn pair_refusal(&self, questions: &[QuestionResult], number: usize) -> Option<Reason> {
        let pair = &self.plan.pairs[number];
        for side in [pair.question, pair.with] {
            let item = &self.plan.items[side];
            if !matches!(item.kind, Kind::Single | Kind::Scale) {
                return Some(Reason::Kind);
            }
            if item.routing != Routing::Always {
                return Some(Reason::Routed);
            }
            if self.count.has_named(side) {
                return Some(Reason::Named);
            }
            let totals = questions.get(side).map(|result| &result.totals);
            if totals.is_none_or(|totals| totals.table().is_some_and(|table| !self.is_new(table))) {
                return Some(Reason::EarlierRelease);
            }
            if totals.is_none_or(|totals| !self.is_new_and_whole(totals)) {
                return Some(Reason::Small);
            }
        }
        // The same table twice, hidden in two ways, would show what each of them hides.
        let is_mirror = self.plan.pairs.iter().take(number).any(|other| other.is_mirror_of(pair));
        is_mirror.then_some(Reason::Audit)
    }

    /// What a pair hides; none where nothing may be shown, or its sums would not be.
    pub fn pair_grid(&self, number: usize) -> Option<Grid> {
        let views = self.pair_views(number);
        let open = vec![false; views.width()];
        views.hide(Some(&open)).filter(|grid| grid.rows.iter().flatten().any(|is_hidden| !is_hidden))
    }

    /// The table of a pair.
    pub fn pair_table(&self, number: usize, grid: &Grid) -> Table {
        let pair = &self.plan.pairs[number];
        let (first, with) = (&self.plan.items[pair.question], &self.plan.items[pair.with]);
        let columns = columns(with);
        let lines = self.pair_lines(number);
        let all = lines.iter().fold(Line::default(), |sum, line| sum.plus(line));
        let keys = self::columns(first);
        let mut rows: Vec<Row> = Vec::new();
        for ((key, line), hidden) in keys.iter().zip(&lines).zip(&grid.rows) {
            rows.push(self.row(with, key, line, hidden, &columns));
        }
        rows.push(self.row(with, ALL, &all, &grid.totals, &columns));
        Table { number: self.number, as_of: self.as_of.to_owned(), columns, rows }
    }

    /// The table of a pair with the cells hidden that are hidden in an earlier one; none where that may not stand.
    pub fn pair_again(&self, number: usize, earlier: &Table) -> Option<Table> {
        let grid = grid(earlier, &columns(&self.plan.items[self.plan.pairs[number].with]))?;
        let table = self.pair_table(number, &grid);
        self.pair_stands(number, &table).then_some(table)
    }

    /// Whether the table of a pair may stand.
    pub fn pair_stands(&self, number: usize, table: &Table) -> bool {
        let columns = columns(&self.plan.items[self.plan.pairs[number].with]);
        let views = self.pair_views(number);
        grid(table, &columns).is_some_and(|grid| {
            grid.totals.iter().all(|is_hidden| !is_hidden)
                && views.is_safe(&grid)
                && self.pair_table(number, &grid) == *table
        })
    }

    fn pair_views(&self, number: usize) -> Views {
        let item = &self.plan.items[self.plan.pairs[number].with];
        Views::of_pair(item, self.pair_lines(number), self.k)
    }

    /// The options of the first question as groups.
    pub fn pair_lines(&self, number: usize) -> Vec<Line> {
        let pair = &self.plan.pairs[number];
        let (first, with) = (&self.plan.items[pair.question], &self.plan.items[pair.with]);
        let cells = self.count.pair(number, with.width());
        let line = |columns: Vec<u32>| Line { size: columns.iter().sum(), columns };
        cells.into_iter().take(first.not_asked()).map(line).collect()
    }
}

/// The columns of a question. Those that were not asked have none: everybody knows how many they are.
pub(crate) fn columns(item: &Counted) -> Vec<String> {
    item.options.iter().cloned().chain([NO_ANSWER.to_owned()]).collect()
}

/// What a table hides; none where it has other columns.
fn grid(table: &Table, columns: &[String]) -> Option<Grid> {
    let is_right = |row: &Row| row.cells.iter().map(|cell| &cell.option).eq(columns);
    if table.columns != columns || !table.rows.iter().all(is_right) {
        return None;
    }
    let line = |row: &Row| row.cells.iter().map(|cell| cell.count.is_none()).collect::<Vec<bool>>();
    let (last, rows) = table.rows.split_last()?;
    let mut rows: Vec<Vec<bool>> = rows.iter().map(line).collect();
    if rows.is_empty() {
        rows.push(line(last));
    }
    Some(Grid { rows, totals: line(last) })
}
