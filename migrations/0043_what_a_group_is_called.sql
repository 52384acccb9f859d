-- What a group is called where there is no room for its whole name: a short name that opens each card, and the signature
-- its SMS provider knows. Until somebody says otherwise both are cut from the name, as `brand.suggested` does.
ALTER TABLE dealer_group ADD COLUMN short_name varchar(6), ADD COLUMN sms_signature varchar(8);
UPDATE dealer_group SET
    short_name = left(coalesce(nullif(regexp_replace(firm, '(汽车销售服务|汽车销售|汽车服务|汽车贸易|汽车)+$', ''), ''), firm), 6),
    sms_signature = left(firm, 8)
FROM (SELECT coalesce(nullif(regexp_replace(name, '(股份有限公司|有限责任公司|有限公司|集团|控股)+$', ''), ''), name) AS firm
      FROM dealer_group) named;
-- old code: only `wedealer init` writes this table, and it refuses where there is a row.
ALTER TABLE dealer_group ALTER COLUMN short_name SET NOT NULL, ALTER COLUMN sms_signature SET NOT NULL,
    ADD CONSTRAINT dealer_group_is_called CHECK (short_name <> '' AND sms_signature <> '');
