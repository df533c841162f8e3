"""The report as a workbook: figures as numbers, charts that follow the cells."""
