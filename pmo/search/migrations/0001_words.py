import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
import django.db.models.functions.text
from django.db import migrations, models

from pmo.extensions import NeededExtension

# Names are written with their schema: a dump is restored with an empty search path.
FOLDED = """
CREATE FUNCTION public.search_folded(raw text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(lower(regexp_replace(
    CASE WHEN octet_length(raw) = length(raw) THEN raw
    ELSE public.unaccent('public.unaccent'::regdictionary, normalize(raw)) END,
    '[^[:alnum:]]+', ' ', 'g'
)));
"""
STEMMED = """
CREATE FUNCTION public.search_stemmed(raw text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT to_tsvector('pg_catalog.simple', folded)
        || to_tsvector('pg_catalog.english', folded)
        || to_tsvector('pg_catalog.german', folded)
    FROM (SELECT public.search_folded(left(raw, 60000)) AS folded OFFSET 0) AS once
);
"""
QUERY = """
CREATE FUNCTION public.search_query(words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT string_agg(
        format(
            '(%L:* | %L | %L)', word,
            coalesce((ts_lexize('pg_catalog.english_stem', word))[1], word),
            coalesce((ts_lexize('pg_catalog.german_stem', word))[1], word)
        ),
        ' & '
    )::tsquery
    FROM regexp_split_to_table(public.search_folded(words), ' ') AS word
    WHERE word <> ''
);
"""
WORDS = """
CREATE FUNCTION public.search_words(tree jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT string_agg(leaf #>> '{}', E'\\n')
    FROM jsonb_path_query(tree, 'strict $.** ? (@.type() == "string")') AS leaf
);
"""


# An index is made from the objects themselves, so whatever stands in the place may go.
CLEARED = """
DROP TABLE IF EXISTS public.search_entry CASCADE;
DO $$
DECLARE leftover text := (
    SELECT string_agg(oid::regprocedure::text, ', ') FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'search_')
);
BEGIN
    IF leftover IS NOT NULL THEN
        EXECUTE 'DROP FUNCTION ' || leftover || ' CASCADE';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        NeededExtension("pg_trgm"),
        NeededExtension("unaccent"),
        migrations.RunSQL(CLEARED, migrations.RunSQL.noop),
        migrations.RunSQL(FOLDED, "DROP FUNCTION public.search_folded(text)"),
        migrations.RunSQL(STEMMED, "DROP FUNCTION public.search_stemmed(text)"),
        migrations.RunSQL(QUERY, "DROP FUNCTION public.search_query(text)"),
        migrations.RunSQL(WORDS, "DROP FUNCTION public.search_words(jsonb)"),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("code", models.TextField()),
                ("title", models.TextField()),
                ("aliases", models.TextField()),
                ("body", models.TextField()),
                ("at", models.DateField(null=True)),
                ("retired", models.BooleanField()),
                ("group_id", models.BigIntegerField(null=True)),
                (
                    "names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.Func(
                            django.db.models.expressions.F("title"), function="search_folded"
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "named",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.Func(
                            django.db.models.expressions.F("code"),
                            django.db.models.expressions.F("title"),
                            django.db.models.expressions.F("aliases"),
                            arg_joiner=" || ' ' || ",
                            function="search_stemmed",
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "written",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.Func(
                            django.db.models.expressions.F("code"),
                            django.db.models.expressions.F("title"),
                            django.db.models.expressions.F("aliases"),
                            django.db.models.expressions.F("body"),
                            arg_joiner=" || ' ' || ",
                            function="search_stemmed",
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "object_id"], name="one_entry_per_object"),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["named"], name="entry_by_names"),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["written"], name="entry_by_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("names", name="gin_trgm_ops"),
                        fastupdate=False,
                        name="entry_by_likeness",
                    ),
                    models.Index(django.db.models.functions.text.Upper("code"), name="entry_by_code"),
                    models.Index(fields=["kind", "group_id"], name="entry_by_group"),
                    models.Index(
                        "kind",
                        "retired",
                        django.db.models.expressions.OrderBy(
                            django.db.models.expressions.F("at"), descending=True, nulls_last=True
                        ),
                        "object_id",
                        name="entry_newest_first",
                    ),
                ],
            },
        ),
        # Vectors stay in the row: whoever reads one reads no second table, and the planner knows what that costs.
        migrations.RunSQL(
            "ALTER TABLE search_entry ALTER COLUMN written SET STORAGE MAIN",
            migrations.RunSQL.noop,
        ),
    ]
