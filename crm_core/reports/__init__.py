"""经营指标: ten figures and one of each store, for today and this month, and the rows each of them comes from.

figure      what an indicator comes to over a span: `part` ÷ `whole`, sums over its rows; without a whole it is unknown
row         one order, line, booking, survey or complaint that counts, with its own part and whole and its moment `at`
indicator   a definition as data (`definitions`): formula in words, unit, reference, version; its rows are SQL (`basis`)
target      what a store wants to reach from a month on (`models`); its colour is judged by `rules`

A figure is always the sum over the very rows that its list shows, so it opens to as many rows as it counted. Nothing is
kept: figures are reckoned from the rows each time (decision 0029). This room only reads; only targets are written, as a
list of settings.
"""
