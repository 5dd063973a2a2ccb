-- Made by langchain-postgres 0.0.19: PGVector(collection_name=…, use_jsonb=True).add_texts.
-- Written by pg_dump 18 with --inserts; names of schemas were taken out.
CREATE TABLE langchain_pg_collection (
    uuid uuid NOT NULL,
    name character varying NOT NULL,
    cmetadata json
);
CREATE TABLE langchain_pg_embedding (
    id character varying NOT NULL,
    collection_id uuid,
    embedding vector,
    document character varying,
    cmetadata jsonb
);
INSERT INTO langchain_pg_collection VALUES ('c578f041-8ca1-4da3-8b6e-32e9429d41eb', 'recipes', 'null');
INSERT INTO langchain_pg_collection VALUES ('a29c15a4-8e6d-44d6-986e-23550471d34c', 'others', 'null');
INSERT INTO langchain_pg_embedding VALUES ('soup', 'c578f041-8ca1-4da3-8b6e-32e9429d41eb', '[0.5,0.25,0,1]', 'Leek soup', '{"deep": {"x": null}, "tags": ["a", "b"], "year": 2019}');
INSERT INTO langchain_pg_embedding VALUES ('cake', 'c578f041-8ca1-4da3-8b6e-32e9429d41eb', '[0,1,0.5,0.25]', 'Plum cake', '{"year": 2023}');
INSERT INTO langchain_pg_embedding VALUES ('quote', 'c578f041-8ca1-4da3-8b6e-32e9429d41eb', '[1,0,0,0.5]', 'Quote '' and \ and 日本', '{}');
INSERT INTO langchain_pg_embedding VALUES ('else', 'a29c15a4-8e6d-44d6-986e-23550471d34c', '[0.5,0.25,0,1]', 'Leek soup', '{"deep": {"x": null}, "tags": ["a", "b"], "year": 2019}');
ALTER TABLE ONLY langchain_pg_collection
    ADD CONSTRAINT langchain_pg_collection_name_key UNIQUE (name);
ALTER TABLE ONLY langchain_pg_collection
    ADD CONSTRAINT langchain_pg_collection_pkey PRIMARY KEY (uuid);
ALTER TABLE ONLY langchain_pg_embedding
    ADD CONSTRAINT langchain_pg_embedding_pkey PRIMARY KEY (id);
CREATE INDEX ix_cmetadata_gin ON langchain_pg_embedding USING gin (cmetadata jsonb_path_ops);
ALTER TABLE ONLY langchain_pg_embedding
    ADD CONSTRAINT langchain_pg_embedding_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES langchain_pg_collection(uuid) ON DELETE CASCADE;
