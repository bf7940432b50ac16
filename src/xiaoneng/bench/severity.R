# The peer of the benchmark of strict and mild ballots: reads ratings, fits the same model, prints one line of JSON.
suppressMessages(library(lme4))
given <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(given[1], colClasses = c("factor", "factor", "numeric"))
seconds <- numeric(0)
for (turn in seq_len(as.integer(given[2]))) {
  seconds <- c(seconds, system.time(fit <- lmer(score ~ 1 + (1 | agency) + (1 | ballot), rows))[["elapsed"]])
}
found <- as.data.frame(VarCorr(fit))
variance <- function(name) found$vcov[found$grp == name]
cat(sprintf('{"seconds": %.6f, "mu": %.12g, "log_likelihood": %.12g, "agency": %.12g, "ballot": %.12g, "residual": %.12g}\n',
            median(seconds), fixef(fit)[[1]], as.numeric(logLik(fit)), variance("agency"), variance("ballot"),
            variance("Residual")))
