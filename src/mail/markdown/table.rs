//! Tables in plain text.

use textwrap::core::display_width;

/// The gap between two columns.
const GAP: &str = "  ";

/// A table, row by row.
#[derive(Default)]
pub(super) struct Table {
    /// Whether its first row is a header.
    pub(super) has_head: bool,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// One line per row, if the table fits.
    pub(super) fn as_columns(&self, room: usize) -> Option<Vec<String>> {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(display_width(cell));
            }
        }
        let count = widths.len();
        if widths.iter().sum::<usize>() + GAP.len() * count.saturating_sub(1) > room {
            return None;
        }
        let line = |row: &Vec<String>| {
            let padded = row.iter().zip(&widths).map(|(cell, width)| {
                let padding = width.saturating_sub(display_width(cell));
                format!("{cell}{}", " ".repeat(padding))
            });
            padded.collect::<Vec<_>>().join(GAP)
        };
        let mut lines: Vec<String> = self.rows.iter().map(line).collect();
        if self.has_head {
            let under: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
            lines.insert(lines.len().min(1), under.join(GAP));
        }
        Some(lines)
    }

    /// One line per cell, with the header of its column.
    pub(super) fn as_lists(&self) -> Vec<String> {
        let (head, rows) = match self.rows.split_first() {
            Some((head, rows)) if self.has_head => (head.as_slice(), rows),
            _ => (&[][..], self.rows.as_slice()),
        };
        let line = |(column, cell): (usize, &String)| match head.get(column).filter(|name| !name.is_empty()) {
            Some(name) => format!("{name}: {cell}"),
            None => cell.clone(),
        };
        let cells = |row: &Vec<String>| row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(line).collect();
        rows.iter().map(|row| -> Vec<String> { cells(row) }).map(|lines| lines.join("\n")).collect()
    }
}
