//! Tables of counts, the rule that protects them, and what is published of them.

/// The counts of groups by option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub(crate) rows: Vec<Vec<u32>>,
    pub(crate) options: usize,
    pub(crate) bands: Vec<Vec<usize>>,
}

/// Why something is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// A row has more or fewer counts than the first, or there is none.
    UnequalRows,
    /// A band names an option that is not there, names it twice, or two bands share one.
    BadBand,
    /// The counts add up to more than can be counted here.
    TooLarge,
}

/// More answers than any table has.
const MOST: u32 = 1 << 28;

impl Table {
    /// The counts by group, each row with one count for each option. Every respondent stands in exactly one option: a question
    /// that some did not answer, or were not asked, has options for that, so that each row adds up to the size of its group.
    ///
    /// # Errors
    /// [`TableFault`] where rows are not equal in length, or the counts do not add up.
    pub fn new(rows: Vec<Vec<u32>>) -> Result<Self, TableFault> {
        let options = rows.first().map_or(0, Vec::len);
        if options == 0 || rows.iter().any(|row| row.len() != options) {
            return Err(TableFault::UnequalRows);
        }
        let sum = rows.iter().flatten().try_fold(0_u32, |sum, count| sum.checked_add(*count));
        if sum.is_none_or(|sum| sum > MOST) {
            return Err(TableFault::TooLarge);
        }
        Ok(Self { rows, options, bands: Vec::new() })
    }

    /// The same with bands of options that are published beside them: of each, its sum. A band of one option is that option.
    ///
    /// # Errors
    /// [`TableFault::BadBand`]
    pub fn with_bands(mut self, bands: Vec<Vec<usize>>) -> Result<Self, TableFault> {
        let mut members: Vec<usize> = bands.iter().flatten().copied().collect();
        members.sort_unstable();
        let is_unique = members.windows(2).all(|pair| pair[0] < pair[1]);
        if !is_unique || members.last().is_some_and(|last| *last >= self.options) || bands.iter().any(Vec::is_empty) {
            return Err(TableFault::BadBand);
        }
        self.bands = bands;
        Ok(self)
    }

    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.rows.len()
    }

    /// The number of options.
    pub fn options(&self) -> usize {
        self.options
    }

    /// The size of a group.
    pub fn size(&self, group: usize) -> u32 {
        self.rows[group].iter().sum()
    }

    /// The count of an option in all groups.
    pub fn total(&self, option: usize) -> u32 {
        self.rows.iter().map(|row| row[option]).sum()
    }

    /// The number of respondents.
    pub fn respondents(&self) -> u32 {
        self.rows.iter().flatten().sum()
    }

    /// The value of a cell.
    pub fn value(&self, cell: Cell) -> u32 {
        let of_row = |row: &Vec<u32>| match cell {
            Cell::Option { option, .. } => row[option],
            Cell::Band { band, .. } => self.bands[band].iter().map(|option| row[*option]).sum(),
        };
        match cell.group() {
            Some(group) => of_row(&self.rows[group]),
            None => self.rows.iter().map(of_row).sum(),
        }
    }

    /// All cells: those of each group, then those of all groups; in each the options, then the bands of several options.
    pub fn cells(&self) -> Vec<Cell> {
        let groups = (0..self.groups()).map(Some).chain([None]);
        groups.flat_map(|group| self.cells_of(group)).collect()
    }

    /// The cells of a group, or of all groups.
    pub(crate) fn cells_of(&self, group: Option<usize>) -> Vec<Cell> {
        let options = (0..self.options).map(|option| Cell::Option { group, option });
        let bands = self.wide_bands().map(|band| Cell::Band { group, band });
        options.chain(bands).collect()
    }

    /// The bands of several options.
    pub(crate) fn wide_bands(&self) -> impl Iterator<Item = usize> {
        self.bands.iter().enumerate().filter(|(_, options)| options.len() > 1).map(|(band, _)| band)
    }
}

/// A place in a table; without a group it is that of all groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// The count of an option.
    Option {
        /// The group.
        group: Option<usize>,
        /// The option.
        option: usize,
    },
    /// The count of a band of options.
    Band {
        /// The group.
        group: Option<usize>,
        /// The band.
        band: usize,
    },
}

impl Cell {
    /// The group of the cell; none for all groups.
    pub fn group(self) -> Option<usize> {
        match self {
            Self::Option { group, .. } | Self::Band { group, .. } => group,
        }
    }
}

/// What hiding a cell costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cost {
    /// One for each cell: as few cells as possible are hidden.
    #[default]
    Cells,
    /// The count in it: as few answers as possible are hidden.
    Answers,
}

/// When a count is small, and what is spared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The smallest count that is shown, and the number of values that a smaller one must be able to have beyond the first.
    pub k: u32,
    /// What hiding costs.
    pub cost: Cost,
}

/// The published part of a table: the size of each group, and each cell with its count or, if it is hidden, without. A hidden cell
/// does not say why it is hidden: small counts, their neighbours and zeros look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The size of each group.
    pub sizes: Vec<u32>,
    /// The counts of each group by option; none where hidden.
    pub rows: Vec<Vec<Option<u32>>>,
    /// The counts of all groups by option.
    pub totals: Vec<Option<u32>>,
    /// The options of each band.
    pub bands: Vec<Vec<usize>>,
    /// The counts of each group by band.
    pub band_rows: Vec<Vec<Option<u32>>>,
    /// The counts of all groups by band.
    pub band_totals: Vec<Option<u32>>,
}

impl Published {
    /// What is published of a table whose cells are hidden as told.
    pub(crate) fn of(table: &Table, is_hidden: impl Fn(Cell) -> bool) -> Self {
        let shown = |cell: Cell| {
            let alike = match cell {
                // A band of one option is hidden with it.
                Cell::Band { group, band } if table.bands[band].len() == 1 => {
                    Cell::Option { group, option: table.bands[band][0] }
                }
                cell => cell,
            };
            (!is_hidden(alike)).then(|| table.value(cell))
        };
        let options = |group| (0..table.options).map(|option| shown(Cell::Option { group, option })).collect();
        let bands = |group| (0..table.bands.len()).map(|band| shown(Cell::Band { group, band })).collect();
        Self {
            sizes: (0..table.groups()).map(|group| table.size(group)).collect(),
            rows: (0..table.groups()).map(|group| options(Some(group))).collect(),
            totals: options(None),
            bands: table.bands.clone(),
            band_rows: (0..table.groups()).map(|group| bands(Some(group))).collect(),
            band_totals: bands(None),
        }
    }

    /// The count in a cell; none where hidden.
    pub fn shown(&self, cell: Cell) -> Option<u32> {
        match cell {
            Cell::Option { group: Some(group), option } => self.rows[group][option],
            Cell::Option { group: None, option } => self.totals[option],
            Cell::Band { group: Some(group), band } => self.band_rows[group][band],
            Cell::Band { group: None, band } => self.band_totals[band],
        }
    }

    /// Whether every cell of a group, or of all groups, is shown: only then may a median or a share of several options be told.
    pub fn is_whole(&self, group: Option<usize>) -> bool {
        let (options, bands) = match group {
            Some(group) => (&self.rows[group], &self.band_rows[group]),
            None => (&self.totals, &self.band_totals),
        };
        options.iter().chain(bands).all(Option::is_some)
    }

    /// How many cells of groups are hidden.
    pub fn hidden_inside(&self) -> usize {
        self.rows.iter().flatten().filter(|count| count.is_none()).count()
    }
}
