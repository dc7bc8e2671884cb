# The same work in vectorised R (package matrixStats): scores of a block of draws by one matrix product, ranks by
# row, means and quantiles by column. Reads values, weights and the length of the list, writes the answers of
# each unit, prints seconds by the clock and of all cores.
library(matrixStats)

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
units <- as.integer(arguments[2])
indicators <- as.integer(arguments[3])
draws <- as.integer(arguments[4])
top <- as.integer(arguments[5])
read <- function(name, rows) {
  matrix(readBin(file.path(folder, name), "double", rows * indicators), rows, indicators, byrow = TRUE)
}
values <- read("values", units)
weights <- read("weights", draws)

work <- function() {
  transposed <- t(values)
  ranks <- matrix(0L, draws, units)
  for (start in seq(1, draws, by = 1024)) {
    rows <- start:min(draws, start + 1023)
    ranks[rows, ] <- rowRanks(-(weights[rows, , drop = FALSE] %*% transposed), ties.method = "min")
  }
  quantiles <- colQuantiles(ranks, probs = c(0.05, 0.95))
  cbind(colMeans2(ranks), quantiles, colMeans2(ranks <= top))
}

taken <- system.time(found <- work())
writeBin(as.vector(found), file.path(folder, "answers"))
cat(taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]], "\n")
