"""Invented content for the component gallery; every name and number is marked 示例 and belongs to no real document."""

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.safestring import mark_safe

from gongkai.theme import pager

#: The layouts that the gallery shows as whole pages.
LAYOUTS = ("document", "list", "home", "error")

STATES = [
    {"state": "in_force", "label": ""},
    {"state": "not_yet_in_force", "label": "12月1日起施行"},
    {"state": "expiring", "label": "30天后到期"},
    {"state": "lapsed", "label": ""},
    {"state": "repealed", "label": ""},
    {"state": "unknown", "label": ""},
]

BANNERS = [
    {
        "state": "in_force",
        "reason": "自2026年11月20日起施行，有效期至2028年11月19日（第十二条）。替代《示例区餐饮油烟治理补贴办法》（示例府办〔2022〕7号）。",
    },
    {"state": "not_yet_in_force", "label": "尚未施行", "reason": "自2026年12月1日起施行（第九条）。"},
    {"state": "lapsed", "reason": "有效期至2024年6月30日（第十条），到期后没有续期。"},
    {
        "state": "repealed",
        "reason": "2026年11月20日由《示例区促进餐饮业绿色发展若干措施》（示例府办〔2026〕12号）废止。",
        "url": "#",
        "url_label": "看替代它的文件",
    },
    {"state": "unknown", "reason": "文件没有写明施行日期和有效期，制定机关尚未确认。"},
]

ROWS = [
    {
        "title": "示例区促进餐饮业绿色发展若干措施",
        "url": "#1",
        "chips": [{"state": "in_force"}],
        "facts": ["示例府办〔2026〕12号", "示例区商务委", "2026年11月20日", {"text": "解读", "url": "#2"}],
    },
    {
        "title": "示例区老旧住宅小区加装电梯实施细则",
        "url": "#3",
        "chips": [{"state": "not_yet_in_force", "label": "12月1日起施行"}],
        "facts": ["示例府规〔2026〕4号", "示例区房管局", "2026年11月15日"],
        "passages": [
            {
                "label": "第三条",
                "url": "#4",
                "text": mark_safe("加装<mark>电梯</mark>应当经本单元业主表决同意，表决结果在楼道公示。"),
            },
            {
                "label": "第八条/（二）",
                "url": "#5",
                "text": mark_safe("<mark>电梯</mark>加装完成并登记后，按每台不超过28万元给予补贴。"),
            },
        ],
    },
    {
        "title": "示例区人民政府办公室关于印发《示例区公共停车收费管理办法》和《示例区道路停车泊位设置规范》的通知",
        "url": "#6",
        "chips": [{"state": "repealed"}],
        "facts": ["示例府办〔2019〕31号", "示例区人民政府办公室", "2019年3月1日"],
        "note": "已由示例府办〔2026〕3号废止。",
    },
]

ELEMENTS = [
    {"label": "索引号", "value": "SL0012026-0037（示例）"},
    {"label": "发文字号", "value": "示例府办〔2026〕12号"},
    {"label": "发文机关", "value": "示例区人民政府办公室", "url": "#7"},
    {"label": "成文日期", "value": "2026年11月10日", "note": "由落款推定，尚未核对"},
    {"label": "发布日期", "value": "2026年11月18日"},
    {"label": "施行日期", "value": "2026年11月20日"},
    {"label": "有效期至", "value": ""},
]

CONTENTS = [
    {"label": "通知正文", "url": "#notice"},
    {
        "label": "示例区促进餐饮业绿色发展若干措施",
        "url": "#measures",
        "children": [
            {"label": "一、支持对象", "url": "#p1"},
            {
                "label": "二、支持措施",
                "url": "#p2",
                "current": True,
                "children": [
                    {"label": "（一）设备更新补贴", "url": "#p2-1"},
                    {"label": "（二）清洗维护补助", "url": "#p2-2"},
                ],
            },
            {"label": "三、申报条件", "url": "#p3"},
        ],
    },
    {"label": "附件：示例补贴标准表", "url": "#table"},
]

CLAUSES = [
    {"anchor": "notice", "text": "各街道办事处、镇政府，区政府各委、办、局："},
    {"text": "《示例区促进餐饮业绿色发展若干措施》已经区政府同意，现印发给你们，请认真按照执行。"},
    {"anchor": "measures", "heading": 2, "text": "示例区促进餐饮业绿色发展若干措施"},
    {"anchor": "p1", "heading": 3, "number": "一、", "text": "支持对象"},
    {
        "text": "在本区登记注册、依法取得食品经营许可、从事餐饮服务的小微企业和个体工商户（以下统称小微餐饮企业）。"
    },
    {"anchor": "p2", "heading": 3, "number": "二、", "text": "支持措施"},
    {
        "anchor": "p2-1",
        "number": "（一）",
        "depth": 1,
        "text": "设备更新补贴。小微餐饮企业新装或者更换符合标准的油烟净化设备，按照设备购置费用的50%给予一次性补贴，每户不超过2万元。",
        "links": [{"label": "设备更新补贴申请", "url": "#8"}],
    },
    {
        "anchor": "p2-1-1",
        "number": "1.",
        "depth": 2,
        "text": "设备应当列入本区公布的推荐目录，购置日期在2026年1月1日以后。",
    },
    {
        "anchor": "p2-1-1-1",
        "number": "（1）",
        "depth": 3,
        "text": "同一经营场所只补贴一次，更换业主的不重复计算。",
    },
    {
        "anchor": "p2-2",
        "number": "（二）",
        "depth": 1,
        "text": "清洗维护补助。委托有资质的单位定期清洗的，每年补助不超过3000元，连续补助不超过3年。",
    },
    {"anchor": "p3", "heading": 3, "number": "三、", "text": "申报条件"},
    {
        "anchor": "a12",
        "number": "第十二条",
        "name": "第十二条",
        "text": "本措施自2026年11月20日起施行，有效期至2028年11月19日。",
    },
]


def _row(*texts: str, header: bool = False, numeric: tuple[int, ...] = ()) -> list[dict[str, object]]:
    return [{"text": text, "header": header, "numeric": i in numeric} for i, text in enumerate(texts)]


TABLE = {
    "caption": "附件：示例补贴标准表",
    "rows": [
        _row("设备类型", "补贴比例", "上限（元/户）", "依据", header=True, numeric=(1, 2)),
        _row("静电式净化设备", "50%", "20,000", "二、（一）", numeric=(1, 2)),
        _row("在线监测装置", "30%", "8,000", "二、（一）", numeric=(1, 2)),
    ],
}

WIDE_TABLE = {
    "caption": "",
    "number": 2,
    "rows": [
        [
            {"text": "单位", "header": True, "rowspan": 2},
            {"text": "2025年（件）", "header": True, "colspan": 4},
            {"text": "2026年（件）", "header": True, "colspan": 4},
        ],
        _row(
            "收到",
            "办结",
            "公开",
            "不予公开",
            "收到",
            "办结",
            "公开",
            "不予公开",
            header=True,
            numeric=tuple(range(8)),
        ),
        *(
            [
                {"text": unit, "header": True},
                *({"text": f"{base + step}", "numeric": True} for step in range(8)),
            ]
            for unit, base in (("示例区商务委", 120), ("示例区房管局", 86), ("示例区应急管理局", 41))
        ),
    ],
}

CHOSEN = [{"label": "现行有效", "url": "?"}, {"label": "示例区商务委", "url": "?"}]
GROUPS = [
    {
        "label": "有效性",
        "options": [
            {"label": "现行有效", "url": "?", "count": 214, "current": True},
            {"label": "尚未施行", "url": "?v=2", "count": 3},
            {"label": "已废止", "url": "?v=3", "count": 48},
        ],
    },
    {
        "label": "发文机关",
        "options": [
            {"label": "示例区人民政府办公室", "url": "?u=1", "count": 96},
            {"label": "示例区商务委", "url": "?u=2", "count": 31, "current": True},
            {"label": "示例区住房保障和房屋管理局", "url": "?u=3", "count": 27},
        ],
    },
]

DOORS = [
    {"label": "申请公开政府信息", "url": "#9", "note": "收到之日起20个工作日内答复，每一天怎么算都看得见"},
    {"label": "留言或咨询", "url": "#10", "note": "咨询1个工作日，复杂事项5个工作日"},
    {"label": "打 12345", "url": "tel:12345", "note": "个人事项、紧急求助"},
]

CRUMBS = [
    {"label": "首页", "url": "#11"},
    {"label": "政策文件", "url": "#12"},
    {"label": "示例区促进餐饮业绿色发展若干措施", "url": ""},
]

CHAIN = [
    {"label": "示例市餐饮业绿色发展行动方案", "url": "#13", "relation": "依据"},
    {"label": "本文件", "current": True},
    {"label": "申报指南（2026年，示例）", "url": "#14", "relation": "实施"},
]

TOPICS = [
    {"label": label, "url": f"?t={count}", "count": count}
    for label, count in (
        ("惠企纾困", 86),
        ("就业创业", 54),
        ("住房保障", 41),
        ("养老托育", 39),
        ("教育入学", 33),
    )
]

NOTICES = [
    {"kind": "info", "title": "本页是示例", "text": "组件库中的文件、单位和数字都是虚构的示例。"},
    {"kind": "success", "text": "已保存。"},
    {
        "kind": "warning",
        "text": "2027年放假安排尚未公布，期限为暂定。",
        "url": "#15",
        "url_label": "看推算过程",
    },
    {"kind": "error", "title": "没有保存", "text": "发文字号已经被另一份文件使用，请核对后重填。"},
]


def parts() -> dict[str, object]:
    """The context of every gallery page."""
    return {
        "states": STATES,
        "banners": BANNERS,
        "rows": ROWS,
        "elements": ELEMENTS,
        "contents": CONTENTS,
        "clauses": CLAUSES,
        "table": TABLE,
        "wide_table": WIDE_TABLE,
        "chosen": CHOSEN,
        "groups": GROUPS,
        "doors": DOORS,
        "crumbs": CRUMBS,
        "chain": CHAIN,
        "topics": TOPICS,
        "notices": NOTICES,
        "pager": pager.links(Paginator(range(400), 20).page(7), QueryDict("q=示例")),
    }
