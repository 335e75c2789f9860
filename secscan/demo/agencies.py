"""The agencies of Thành phố Mẫu, a city that does not exist, in two groups."""

from secscan.register.model import Agency, Group

CITY = "Thành phố Mẫu"

GROUPS = (
    Group("so-ban-nganh", "Sở, ban, ngành", "Departments"),
    Group("phuong-xa", "Phường, xã", "Wards and communes"),
)

_DEPARTMENTS = (
    ("van-phong", "Văn phòng Ủy ban nhân dân", "Office of the People's Committee"),
    ("so-khcn", "Sở Khoa học và Công nghệ", "Department of Science and Technology"),
    ("so-tc", "Sở Tài chính", "Department of Finance"),
    ("so-nv", "Sở Nội vụ", "Department of Home Affairs"),
    ("so-yt", "Sở Y tế", "Department of Health"),
    ("so-gddt", "Sở Giáo dục và Đào tạo", "Department of Education and Training"),
    ("so-xd", "Sở Xây dựng", "Department of Construction"),
    ("so-nnmt", "Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment"),
    ("so-ct", "Sở Công Thương", "Department of Industry and Trade"),
    ("so-vhtt", "Sở Văn hóa và Thể thao", "Department of Culture and Sports"),
    ("so-tp", "Sở Tư pháp", "Department of Justice"),
    ("thanh-tra", "Thanh tra thành phố", "City Inspectorate"),
)

_WARDS = (
    ("hoa-sen", "Phường Hoa Sen", "Hoa Sen Ward"),
    ("hoa-mai", "Phường Hoa Mai", "Hoa Mai Ward"),
    ("hoa-dao", "Phường Hoa Đào", "Hoa Đào Ward"),
    ("binh-minh", "Phường Bình Minh", "Bình Minh Ward"),
    ("song-xanh", "Phường Sông Xanh", "Sông Xanh Ward"),
    ("doi-thong", "Phường Đồi Thông", "Đồi Thông Ward"),
    ("cau-vong", "Phường Cầu Vồng", "Cầu Vồng Ward"),
    ("ben-sao", "Phường Bến Sao", "Bến Sao Ward"),
    ("suoi-mo", "Xã Suối Mơ", "Suối Mơ Commune"),
    ("dong-lua", "Xã Đồng Lúa", "Đồng Lúa Commune"),
    ("gio-ngan", "Xã Gió Ngàn", "Gió Ngàn Commune"),
    ("may-trang", "Xã Mây Trắng", "Mây Trắng Commune"),
)

AGENCIES = tuple(
    Agency(id, f"{name} (mẫu)", group.id, english)
    for group, rows in zip(GROUPS, (_DEPARTMENTS, _WARDS), strict=True)
    for id, name, english in rows
)
