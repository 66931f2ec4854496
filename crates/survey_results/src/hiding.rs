//! Which counts of a question are hidden, and whether that is enough.
//!
//! A table of single answers is a partition: each respondent stands in one column. A table of several answers is one
//! table of yes and no for each option; the options that go with no other, and the column of those without an answer,
//! are a partition with the rest, the *aside*. It is shown whole or not at all. Where it is shown, the options are
//! counted among the rest alone, as readers can do.
//!
//! What is hidden must be safe from readers who know nothing, and from readers who know some answers by name. All of
//! them know the questionnaire. Where an answer is required, the column of those without one is a zero that everybody
//! knows, and is shown. Where an answer has a least or a most number of options, the counts of the options bound each other
//! (`bounds`).

use disclosure::{Cell, Cost, Published, Rule, Table, lacks, protect};

use crate::artefact::Kind;
use crate::bounds::{Bound, Range, is_narrowed};
use crate::choices::Choices;
use crate::count::Line;
use crate::grid::Grid;
use crate::plan::Counted;

/// The counts of a table, as readers see them: each side has a line for each group.
pub(crate) struct Views {
    pub kind: Kind,
    /// The columns that stand aside in a table of several answers.
    pub aside: Vec<usize>,
    pub sides: Vec<Vec<Line>>,
    pub k: u32,
    /// Whether everybody knows that nobody is without an answer.
    pub is_answered: bool,
    /// How many options an answer of several has.
    pub choices: Choices,
    /// Whether the columns are groups, too: who all chose one option of a question tell what they chose of the other.
    pub is_crossed: bool,
}

impl Views {
    /// The views of an item: of those that were asked, since everybody knows how many these are.
    pub fn of(item: &Counted, views: Vec<Vec<Line>>, k: u32) -> Self {
        let width = item.not_asked();
        let cut = |line: Line| Line {
            size: line.size - line.columns[item.not_asked()],
            columns: line.columns[..width].to_vec(),
        };
        let views: Vec<Vec<Line>> = views.into_iter().map(|view| view.into_iter().map(cut).collect()).collect();
        let mut blank = views.iter().flatten().map(|line: &Line| line.columns[item.no_answer()]);
        let is_answered = item.is_required && blank.all(|count| count == 0);
        let exclusive = (0..item.options.len()).filter(|option| item.exclusive[*option]);
        let aside = exclusive.chain(item.options.len()..width).collect();
        Self { kind: item.kind, aside, sides: views, k, is_answered, choices: item.choices, is_crossed: false }
    }

    /// The views of a pair of questions with single answers whose totals are all shown.
    pub fn of_pair(with: &Counted, lines: Vec<Line>, k: u32) -> Self {
        // Zeros of totals that are shown need no column less.
        Self { is_crossed: true, is_answered: false, ..Self::of(with, vec![lines], k) }
    }

    fn rule(&self) -> Rule {
        Rule { k: self.k, cost: Cost::Cells }
    }

    fn groups(&self) -> usize {
        self.sides.first().map_or(0, Vec::len)
    }

    pub fn width(&self) -> usize {
        self.sides.first().and_then(|view| view.first()).map_or(0, |line| line.columns.len())
    }

    /// Hides cells until the rest may be shown; none where nothing may. The totals are hidden where they are
    /// elsewhere.
    pub fn hide(&self, totals: Option<&[bool]>) -> Option<Grid> {
        if self.has_known_blank() {
            let (inner, last) = (totals.map(|totals| &totals[..totals.len() - 1]), totals.and_then(<[bool]>::last));
            return self.partition(&self.filled_sides(), inner).map(|grid| grid.with_last(last == Some(&true)));
        }
        if self.kind != Kind::Multiple {
            return self.partition(&self.sides, totals);
        }
        let is_aside_open = totals.is_none_or(|totals| self.aside.iter().all(|column| !totals[*column]));
        let tries = match (self.is_aside_known(), is_aside_open) {
            (true, _) => &[true][..],
            (false, true) => &[true, false],
            (false, false) => &[false],
        };
        tries.iter().find_map(|with_aside| self.several(*with_aside, totals))
    }

    /// Whether a table with these cells hidden tells nothing beside what everybody knows.
    pub fn tells_nothing(&self, grid: &Grid) -> bool {
        if self.has_known_blank() {
            return grid.without_last().is_empty();
        }
        let is_known = self.kind == Kind::Multiple && self.is_aside_known();
        if is_known { grid.columns(&self.options()).is_empty() } else { grid.is_empty() }
    }

    /// Whether these cells are enough to hide.
    pub fn is_safe(&self, grid: &Grid) -> bool {
        if self.has_known_blank() {
            return self.is_partition_safe(&self.filled_sides(), &grid.without_last());
        }
        if self.kind != Kind::Multiple {
            return self.is_partition_safe(&self.sides, grid);
        }
        let aside = grid.columns(&self.aside);
        let is_known = self.is_aside_known();
        let with_aside = is_known || aside.is_whole();
        if !with_aside && !aside.is_empty() {
            return false;
        }
        let options = self.options();
        (!with_aside || is_known || self.is_partition_safe(&self.aside_views(), &aside.with_rest()))
            && options.iter().all(|option| {
                let yes = grid.columns(&[*option]);
                self.is_partition_safe(&self.yes_no(*option, with_aside), &yes.twice())
            })
            && (!with_aside || !self.is_bound(grid))
            && !self.is_narrowed(grid, with_aside)
    }

    /// Whether it is a partition in which everybody knows that nobody is without an answer.
    fn has_known_blank(&self) -> bool {
        self.is_answered && matches!(self.kind, Kind::Single | Kind::Scale)
    }

    /// The lines of a partition without the column of those without an answer.
    fn filled_sides(&self) -> Vec<Vec<Line>> {
        let cut = |line: &Line| {
            let columns = line.columns.iter().copied().take(line.columns.len().saturating_sub(1)).collect();
            Line { size: line.size, columns }
        };
        self.sides.iter().map(|view| view.iter().map(cut).collect()).collect()
    }

    /// Whether everybody knows that nobody is aside.
    fn is_aside_known(&self) -> bool {
        self.is_answered && self.aside.len() == 1
    }

    fn options(&self) -> Vec<usize> {
        (0..self.width()).filter(|column| !self.aside.contains(column)).collect()
    }

    fn several(&self, with_aside: bool, totals: Option<&[bool]>) -> Option<Grid> {
        let mut grid = Grid::open(self.groups(), self.width());
        if self.is_aside_known() {
            // It stays open.
        } else if with_aside {
            let found = self.partition(&self.aside_views(), None)?;
            if !found.is_whole() {
                return None;
            }
        } else {
            for line in grid.lines_mut() {
                for column in &self.aside {
                    line[*column] = true;
                }
            }
        }
        for option in self.options() {
            let forced = totals.map(|totals| [totals[option]; 2]);
            let found = self.partition(&self.yes_no(option, with_aside), forced.as_ref().map(|pair| &pair[..]));
            grid.set(&[option], &found?.columns(&[0]));
        }
        self.is_safe(&grid).then_some(grid)
    }

    /// The columns aside, and the rest.
    fn aside_views(&self) -> Vec<Vec<Line>> {
        let line = |line: &Line| {
            let mut columns: Vec<u32> = self.aside.iter().map(|column| line.columns[*column]).collect();
            columns.push(line.size - columns.iter().sum::<u32>());
            Line { size: line.size, columns }
        };
        self.sides.iter().map(|view| view.iter().map(line).collect()).collect()
    }

    /// An option against its complement, among those that can have it as far as readers know.
    fn yes_no(&self, option: usize, with_aside: bool) -> Vec<Vec<Line>> {
        let line = |line: &Line| {
            let aside: u32 = self.aside.iter().map(|column| line.columns[*column]).sum();
            let size = line.size - if with_aside { aside } else { 0 };
            let yes = line.columns[option];
            Line { size, columns: vec![yes, size - yes] }
        };
        self.sides.iter().map(|view| view.iter().map(line).collect()).collect()
    }

    /// Hides cells of a partition.
    fn partition(&self, views: &[Vec<Line>], totals: Option<&[bool]>) -> Option<Grid> {
        let tables = tables(views)?;
        let mut grid: Option<Grid> = None;
        for table in &tables {
            let found = Grid::of(&protect(table, self.rule()));
            match &mut grid {
                Some(grid) => grid.add(&found),
                None => grid = Some(found),
            }
        }
        let mut grid = grid?;
        if self.is_crossed {
            for table in &tables {
                grid.add(&Grid::of(&protect(&crossed(table)?, self.rule())).crossed());
            }
        }
        if let Some(totals) = totals {
            grid.totals = totals.to_vec();
        }
        let first = tables.first()?;
        for (_, row) in grid.rows.iter_mut().enumerate().filter(|(group, _)| first.size(*group) == 0) {
            // Nobody is there whom a zero could give away.
            row.fill(false);
        }
        if self.is_crossed {
            for option in (0..first.options()).filter(|option| first.total(*option) == 0) {
                grid.rows.iter_mut().for_each(|row| row[option] = false);
            }
        }
        grid.join_single();
        if self.is_partition_safe(views, &grid) {
            return Some(grid);
        }
        // Then everything that a zero total does not tell anyway.
        let table = tables.first()?;
        for (group, row) in grid.rows.iter_mut().enumerate() {
            let can_hide = |option| table.size(group) > 0 && (grid.totals[option] || table.total(option) > 0);
            *row = (0..table.options()).map(can_hide).collect();
        }
        grid.join_single();
        self.is_partition_safe(views, &grid).then_some(grid)
    }

    fn is_partition_safe(&self, views: &[Vec<Line>], grid: &Grid) -> bool {
        let Some(tables) = tables(views) else { return false };
        if self.is_crossed && !tables.iter().all(|table| self.is_crossed_safe(table, grid)) {
            return false;
        }
        tables.iter().enumerate().all(|(view, table)| {
            let lacking = lacks(table, &published(table, grid), self.rule());
            // Who knows by name all of a group, or all that had an option, knows that nobody else did.
            let is_known = |cell: Cell| match cell {
                Cell::Option { group: Some(group), .. } if view > 0 && table.size(group) == 0 => true,
                Cell::Option { option, .. } => view > 0 && table.total(option) == 0 && !grid.totals[option],
                Cell::Band { .. } => false,
            };
            lacking.iter().all(|lack| is_known(lack.cell))
        })
    }

    fn is_crossed_safe(&self, table: &Table, grid: &Grid) -> bool {
        let is_open = grid.totals.iter().all(|is_hidden| !is_hidden);
        let grid = grid.crossed();
        is_open && crossed(table).is_some_and(|table| lacks(&table, &published(&table, &grid), self.rule()).is_empty())
    }

    /// Whether it bounds a hidden count from below that whoever is not aside has chosen an option.
    fn is_bound(&self, grid: &Grid) -> bool {
        let options = self.options();
        (0..self.sides.len()).any(|view| {
            let ranges: Option<Vec<_>> = options.iter().map(|option| self.ranges(view, *option, grid, true)).collect();
            let Some(ranges) = ranges else { return true };
            (0..=self.groups()).any(|line| {
                let most: u32 = ranges.iter().map(|range| range.most[line]).sum();
                let hidden = ranges.iter().filter(|range| range.least[line] < range.most[line]);
                hidden.into_iter().any(|own| own.size[line].saturating_sub(most - own.most[line]) > own.least[line])
            })
        })
    }

    /// Whether how many options an answer has leaves a hidden count too few values.
    fn is_narrowed(&self, grid: &Grid, with_aside: bool) -> bool {
        let options = self.options();
        let (is_blank_possible, exclusive) = (!self.is_answered, self.aside.len() - 1);
        let is_free = self.choices == Choices::any(options.len() + exclusive);
        if is_free && (is_blank_possible || exclusive == 0) {
            return false;
        }
        (0..self.sides.len()).any(|view| {
            let ranges: Option<Vec<_>> =
                options.iter().map(|option| self.ranges(view, *option, grid, with_aside)).collect();
            let Some(ranges) = ranges else { return true };
            let counts = ranges.iter().map(|range| {
                let ends = range.least.iter().zip(&range.most);
                ends.map(|(least, most)| Range { least: *least, most: *most }).collect()
            });
            let bound = Bound {
                sizes: self.with_total(view, |line| line.size),
                aside: with_aside
                    .then(|| self.with_total(view, |line| self.aside.iter().map(|column| line.columns[*column]).sum())),
                counts: counts.collect(),
                choices: self.choices,
                // What is aside is one count where nothing else can be there.
                is_aside_one: exclusive + usize::from(is_blank_possible) == 1,
            };
            is_narrowed(&bound, self.k)
        })
    }

    /// A number of each line of a view, and their sum.
    fn with_total(&self, view: usize, number: impl Fn(&Line) -> u32) -> Vec<u32> {
        let numbers: Vec<u32> = self.sides[view].iter().map(number).collect();
        let total = numbers.iter().sum();
        numbers.into_iter().chain([total]).collect()
    }

    /// What an option's count in each group, and in all, can be as far as its own table tells.
    fn ranges(&self, view: usize, option: usize, grid: &Grid, with_aside: bool) -> Option<Ranges> {
        let tables = tables(&self.yes_no(option, with_aside))?;
        let table = tables.get(view)?;
        let shown = published(table, &grid.columns(&[option]).twice());
        let groups = || (0..table.groups()).map(Some).chain([None]);
        let value = |group| table.value(Cell::Option { group, option: 0 });
        let mut ranges = Ranges {
            size: (0..table.groups()).map(|group| table.size(group)).chain([table.respondents()]).collect(),
            least: groups().map(value).collect(),
            most: groups().map(value).collect(),
        };
        for found in shown.intervals()? {
            if let Cell::Option { group, option: 0 } = found.cell {
                let line = group.unwrap_or(table.groups());
                (ranges.least[line], ranges.most[line]) = (found.least, found.most);
            }
        }
        Some(ranges)
    }
}

/// What the counts of an option can be: by group, that of all groups last.
struct Ranges {
    size: Vec<u32>,
    least: Vec<u32>,
    most: Vec<u32>,
}

fn tables(views: &[Vec<Line>]) -> Option<Vec<Table>> {
    let table = |view: &Vec<Line>| Table::new(view.iter().map(|line| line.columns.clone()).collect()).ok();
    views.iter().map(table).collect()
}

/// A table with its columns as groups.
fn crossed(table: &Table) -> Option<Table> {
    let value = |option: usize, group: usize| table.value(Cell::Option { group: Some(group), option });
    let row = |option: usize| (0..table.groups()).map(|group| value(option, group)).collect();
    Table::new((0..table.options()).map(row).collect()).ok()
}

fn published(table: &Table, grid: &Grid) -> Published {
    let shown = |group: Option<usize>, line: &Vec<bool>| {
        let cell =
            |(option, is_hidden): (usize, &bool)| (!is_hidden).then(|| table.value(Cell::Option { group, option }));
        line.iter().enumerate().map(cell).collect::<Vec<_>>()
    };
    Published {
        sizes: (0..table.groups()).map(|group| table.size(group)).collect(),
        rows: grid.rows.iter().enumerate().map(|(group, line)| shown(Some(group), line)).collect(),
        totals: shown(None, &grid.totals),
        bands: Vec::new(),
        band_rows: vec![Vec::new(); table.groups()],
        band_totals: Vec::new(),
    }
}
