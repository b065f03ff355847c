import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

# Names are written with their schema: a dump is restored with an empty search path.
FOLDED = """
CREATE FUNCTION public.search_folded(raw text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(lower(regexp_replace(
    public.unaccent('public.unaccent'::regdictionary, normalize(raw)), '[^[:alnum:]]+', ' ', 'g'
)));
"""
STEMMED = """
CREATE FUNCTION public.search_stemmed(folded text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple', folded)
    || to_tsvector('pg_catalog.english', folded)
    || to_tsvector('pg_catalog.german', folded);
"""
VECTOR = """
CREATE FUNCTION public.search_vector(code text, title text, aliases text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN setweight(public.search_stemmed(public.search_folded(code || ' ' || title || ' ' || aliases)), 'A')
    || setweight(public.search_stemmed(public.search_folded(left(body, 60000))), 'C');
"""
QUERY = """
CREATE FUNCTION public.search_query(words text, labels text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT string_agg(
        format(
            '(%L:*%s | %L:%s | %L:%s)', word, labels,
            coalesce((ts_lexize('pg_catalog.english_stem', word))[1], word), labels,
            coalesce((ts_lexize('pg_catalog.german_stem', word))[1], word), labels
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


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        # The rooms above need this one too, so going back leaves it.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        UnaccentExtension(),
        migrations.RunSQL(FOLDED, "DROP FUNCTION public.search_folded(text)"),
        migrations.RunSQL(STEMMED, "DROP FUNCTION public.search_stemmed(text)"),
        migrations.RunSQL(VECTOR, "DROP FUNCTION public.search_vector(text, text, text, text)"),
        migrations.RunSQL(QUERY, "DROP FUNCTION public.search_query(text, text)"),
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
                    "vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.Func(
                            django.db.models.expressions.F("code"),
                            django.db.models.expressions.F("title"),
                            django.db.models.expressions.F("aliases"),
                            django.db.models.expressions.F("body"),
                            function="search_vector",
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
                    django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="entry_by_words"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("names", name="gin_trgm_ops"),
                        name="entry_by_likeness",
                    ),
                    models.Index(
                        "kind",
                        "retired",
                        django.db.models.expressions.OrderBy(
                            django.db.models.expressions.F("at"), descending=True, nulls_last=True
                        ),
                        name="entry_newest_first",
                    ),
                ],
            },
        ),
    ]
