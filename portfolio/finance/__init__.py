"""Budget, actual and forecast."""
