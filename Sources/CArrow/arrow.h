// The flags of Apache Arrow and Parquet come from pkg-config; the C++ headers are included by CParquet itself.
