#include "bench/crowd.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

#include "io/clock.h"
#include "io/unique_fd.h"

namespace pamjwt::bench {
namespace {

/// When one process began and ended, by CLOCK_MONOTONIC.
struct Span {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};

/// Memory that this process shares with its children.
class SharedSpans {
 public:
  explicit SharedSpans(std::size_t count)
      : spans_(static_cast<Span*>(mmap(nullptr, count * sizeof(Span), PROT_READ | PROT_WRITE,
                                       MAP_SHARED | MAP_ANONYMOUS, -1, 0))),
        count_(count) {
    if (static_cast<void*>(spans_) == MAP_FAILED) throw std::runtime_error("mmap");
  }
  SharedSpans(const SharedSpans&) = delete;
  SharedSpans& operator=(const SharedSpans&) = delete;
  ~SharedSpans() { munmap(spans_, count_ * sizeof(Span)); }

  [[nodiscard]] std::span<Span> all() const { return {spans_, count_}; }

 private:
  Span* spans_;
  std::size_t count_;
};

/// A pipe at which processes wait until all others have closed their ends of it.
class Gate {
 public:
  Gate() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("pipe");
    out_ = UniqueFd(ends[0]);
    in_ = UniqueFd(ends[1]);
  }
  void Open() { in_ = UniqueFd(); }
  void Await() const {
    char byte = 0;
    while (read(out_.get(), &byte, 1) > 0) {
    }
  }

 private:
  UniqueFd out_;
  UniqueFd in_;
};

/// The gates of a crowd. Those of `ready` and `done` are opened by all children together, those of
/// `go` and `leave` by their parent.
struct Gates {
  Gate ready;
  Gate go;
  Gate done;
  Gate leave;
};

bool RunBetween(Gates& gates, Span& span, const std::function<bool()>& prepare,
                const std::function<bool()>& act) {
  gates.go.Open();
  gates.leave.Open();
  const bool is_prepared = prepare();
  gates.ready.Open();
  gates.go.Await();
  span.begin_ns = MonotonicNs();
  const bool worked = act();
  span.end_ns = MonotonicNs();
  gates.done.Open();
  gates.leave.Await();
  return is_prepared && worked;
}

[[noreturn]] void RunOne(Gates& gates, Span& span, const std::function<bool()>& prepare,
                         const std::function<bool()>& act) {
  bool worked = false;
  try {
    worked = RunBetween(gates, span, prepare, act);
  } catch (const std::exception&) {
    worked = false;
  }
  _exit(worked ? 0 : 1);
}

}  // namespace

void TakeAllProcessors() {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (unsigned i = 0; i < CPU_SETSIZE; ++i) {
    CPU_SET(i, &all);
  }
  (void)sched_setaffinity(0, sizeof all, &all);
  constexpr sched_param kUsual{0};
  (void)sched_setscheduler(0, SCHED_OTHER, &kUsual);
}

double TimeCrowd(std::size_t count, const CrowdAct& prepare, const CrowdAct& act) {
  const SharedSpans spans(count);
  Gates gates;
  std::vector<pid_t> children;
  for (std::size_t i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      RunOne(
          gates, spans.all()[i], [&] { return prepare(i); }, [&] { return act(i); });
    }
    if (child < 0) break;
    children.push_back(child);
  }
  gates.ready.Open();
  gates.done.Open();
  gates.ready.Await();
  gates.go.Open();
  gates.done.Await();
  gates.leave.Open();
  bool worked = children.size() == count;
  for (const pid_t child : children) {
    int status = 0;
    worked = waitpid(child, &status, 0) == child && status == 0 && worked;
  }
  if (!worked) throw std::runtime_error("one of the processes failed");
  std::int64_t begin = std::numeric_limits<std::int64_t>::max();
  std::int64_t end = 0;
  for (const Span& span : spans.all()) {
    begin = std::min(begin, span.begin_ns);
    end = std::max(end, span.end_ns);
  }
  return static_cast<double>(end - begin) / 1000;
}

}  // namespace pamjwt::bench
