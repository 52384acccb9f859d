-- 移动平均成本: what a piece of the part costs on average in this store, in whole fen; NULL until somebody said.
ALTER TABLE part_stock ADD COLUMN average_fen bigint;
ALTER TABLE part_stock ADD CONSTRAINT stock_average CHECK (average_fen >= 0);
