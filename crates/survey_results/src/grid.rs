//! Which cells of a table are hidden, and what changes them.

use disclosure::Published;

/// Which cells are hidden: of each group, and of all groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub rows: Vec<Vec<bool>>,
    pub totals: Vec<bool>,
}

impl Grid {
    /// Nothing is hidden.
    pub fn open(groups: usize, columns: usize) -> Self {
        Self { rows: vec![vec![false; columns]; groups], totals: vec![false; columns] }
    }

    pub fn lines(&self) -> impl Iterator<Item = &Vec<bool>> {
        self.rows.iter().chain([&self.totals])
    }

    pub fn lines_mut(&mut self) -> impl Iterator<Item = &mut Vec<bool>> {
        self.rows.iter_mut().chain([&mut self.totals])
    }

    /// Whether nothing is hidden.
    pub fn is_whole(&self) -> bool {
        self.lines().flatten().all(|is_hidden| !is_hidden)
    }

    /// Whether everything is.
    pub fn is_empty(&self) -> bool {
        self.lines().flatten().all(|is_hidden| *is_hidden)
    }

    /// Some of its columns.
    pub fn columns(&self, columns: &[usize]) -> Self {
        let pick = |line: &Vec<bool>| columns.iter().map(|column| line[*column]).collect();
        Self { rows: self.rows.iter().map(pick).collect(), totals: pick(&self.totals) }
    }

    /// The same with these columns as they are there.
    pub fn set(&mut self, columns: &[usize], other: &Self) {
        for (own, other) in self.lines_mut().zip(other.lines()) {
            for (column, is_hidden) in columns.iter().zip(other) {
                own[*column] = *is_hidden;
            }
        }
    }

    /// Columns as groups. All totals are shown, which are the sizes of the groups then.
    pub fn crossed(&self) -> Self {
        let column = |column: usize| self.rows.iter().map(|row| row[column]).collect();
        Self { rows: (0..self.totals.len()).map(column).collect(), totals: vec![false; self.rows.len()] }
    }

    /// The same without its last column.
    pub fn without_last(&self) -> Self {
        let cut = |line: &Vec<bool>| line.iter().copied().take(line.len().saturating_sub(1)).collect();
        Self { rows: self.rows.iter().map(cut).collect(), totals: cut(&self.totals) }
    }

    /// The same with one more column, which is shown but for the total, if that is hidden elsewhere.
    pub fn with_last(mut self, is_total_hidden: bool) -> Self {
        self.rows.iter_mut().for_each(|row| row.push(false));
        self.totals.push(is_total_hidden);
        self
    }

    pub fn add(&mut self, other: &Self) {
        for (own, other) in self.lines_mut().zip(other.lines()) {
            for (own, other) in own.iter_mut().zip(other) {
                *own |= other;
            }
        }
    }

    /// What is hidden of a published table.
    pub fn of(published: &Published) -> Self {
        let line = |counts: &Vec<Option<u32>>| counts.iter().map(Option::is_none).collect();
        Self { rows: published.rows.iter().map(line).collect(), totals: line(&published.totals) }
    }

    /// Where there is one group it is all of them.
    pub fn join_single(&mut self) {
        if let [only] = self.rows.as_mut_slice() {
            for (own, total) in only.iter_mut().zip(&mut self.totals) {
                *own |= *total;
                *total = *own;
            }
        }
    }

    /// Yes and no, which are hidden together.
    pub fn twice(&self) -> Self {
        let twice = |line: &Vec<bool>| line.iter().chain(line).copied().collect();
        Self { rows: self.rows.iter().map(twice).collect(), totals: twice(&self.totals) }
    }

    /// What stands aside, whole, and the rest that follows from it.
    pub fn with_rest(&self) -> Self {
        let longer = |line: &Vec<bool>| line.iter().copied().chain([false]).collect();
        Self { rows: self.rows.iter().map(longer).collect(), totals: longer(&self.totals) }
    }
}
