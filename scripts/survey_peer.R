# Means of every agency with R survey, from a CSV of ratings: prints the seconds, the means and the standard errors as JSON.
# Used by the benchmark `survey` where R with survey is installed; R is a program of its own beside the product.
suppressMessages(library(survey))
file <- commandArgs(trailingOnly = TRUE)[1]
ratings <- read.csv(file, stringsAsFactors = FALSE)
began <- proc.time()[["elapsed"]]
design <- svydesign(ids = ~ballot_no, strata = ~stratum, weights = ~weight, data = ratings)
found <- svyby(~answer, ~agency, design, svymean, na.rm = TRUE)
seconds <- proc.time()[["elapsed"]] - began
listed <- function(numbers) paste(format(numbers, digits = 15), collapse = ", ")
cat(sprintf('{"seconds": %f, "means": [%s], "errors": [%s]}\n', seconds, listed(found$answer), listed(found$se)))
