"""Plans of Primavera P6 as XER, the tab-separated tables that it exports."""
