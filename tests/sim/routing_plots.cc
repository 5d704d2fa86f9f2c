// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

namespace bellrock::routing::sim {
namespace {

constexpr Duration kStep = std::chrono::milliseconds(500);
constexpr double kLeft = 44;
constexpr double kWidth = 620;
constexpr double kHeight = 110;
constexpr double kFirstTop = 40;
constexpr double kSecondTop = 190;
constexpr std::array<const char*, 4> kColours = {"#888888", "#c2410c", "#1d4ed8", "#15803d"};

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

struct Panel {
  double top = 0;
  double highest = 1;  // value at the upper edge
  std::string title;
  std::string unit;
  std::function<double(const Recording&, Span)> value;
};

std::string Line(const Panel& panel, const Recording& recording, Duration length,
                 const char* colour) {
  std::string points;
  for (Duration at{0}; at + kStep <= length; at += kStep) {
    const double value = std::min(panel.value(recording, {at, at + kStep}), panel.highest);
    points += fmt::format("{:.0f},{:.1f} ", kLeft + kWidth * Seconds(at) / Seconds(length),
                          panel.top + kHeight * (1 - value / panel.highest));
  }
  return fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"1.4\" points=\"{}\"/>\n",
                     colour, points);
}

std::string Draw(const Panel& panel, const Scene& scene, const std::vector<Course>& courses) {
  std::string svg = fmt::format(
      "<text x=\"{}\" y=\"{}\">{}</text>\n<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
      "fill=\"none\" stroke=\"#999\"/>\n",
      kLeft, panel.top - 6, panel.title, kLeft, panel.top, kWidth, kHeight);
  const auto x = [&](Duration at) { return kLeft + kWidth * Seconds(at) / Seconds(scene.length); };
  if (scene.fault.to > scene.fault.from) {
    svg += fmt::format(
        "<rect x=\"{:.0f}\" y=\"{}\" width=\"{:.0f}\" height=\"{}\" fill=\"#fde68a\" "
        "opacity=\"0.4\"/>\n",
        x(scene.fault.from), panel.top, x(scene.fault.to) - x(scene.fault.from), kHeight);
  }
  for (const double part : {0.0, 0.5, 1.0}) {
    svg +=
        fmt::format("<text x=\"{}\" y=\"{:.0f}\" text-anchor=\"end\">{:.3g}{}</text>\n", kLeft - 4,
                    panel.top + kHeight * (1 - part) + 4, panel.highest * part, panel.unit);
  }
  for (size_t k = 0; k < courses.size(); ++k) {
    svg += Line(panel, courses[k].recording, scene.length, kColours[k % kColours.size()]);
  }
  return svg;
}

// The next round number above all values.
double Highest(const Panel& panel, const Scene& scene, const std::vector<Course>& courses) {
  double highest = 0;
  for (const Course& course : courses) {
    for (Duration at{0}; at + kStep <= scene.length; at += kStep) {
      highest = std::max(highest, panel.value(course.recording, {at, at + kStep}));
    }
  }
  for (const double round : {0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0}) {
    if (highest <= round) return round;
  }
  return 100;
}

}  // namespace

std::string Plot(const Scene& scene, const std::vector<Course>& courses) {
  std::vector<size_t> hurt = scene.hurt;
  if (hurt.empty()) {
    hurt.resize(scene.callees.size());
    std::iota(hurt.begin(), hurt.end(), 0);
  }
  Panel failed{
      kFirstTop, 1, "calls that failed or were refused", "%",
      [](const Recording& recording, Span span) { return 100 * recording.FailedShare(span); }};
  const double usual = static_cast<double>(hurt.size()) / static_cast<double>(scene.callees.size());
  Panel load{kSecondTop, 1, "load of the instances it happens to, as a multiple of the usual", "",
             [&hurt, usual](const Recording& recording, Span span) {
               double sent = 0;
               for (size_t k : hurt) sent += static_cast<double>(recording.Sent(k, span));
               const double offered = recording.Sum(span).offered;
               return offered > 0 ? sent / offered / usual : 0;
             }};
  failed.highest = Highest(failed, scene, courses);
  load.highest = Highest(load, scene, courses);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 680 330\" "
      "font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"680\" height=\"330\" "
      "fill=\"white\"/>\n<text x=\"{}\" y=\"16\" font-weight=\"bold\">{}: {}</text>\n",
      kLeft, scene.name, scene.about);
  svg += Draw(failed, scene, courses) + Draw(load, scene, courses);
  for (size_t k = 0; k < courses.size(); ++k) {
    svg += fmt::format("<text x=\"{}\" y=\"322\" fill=\"{}\">{}</text>\n", kLeft + 150.0 * k,
                       kColours[k % kColours.size()], courses[k].policy);
  }
  return svg + "</svg>\n";
}

}  // namespace bellrock::routing::sim
